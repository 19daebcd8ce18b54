# What people of the drop group do with either umask; Tests/Systemd/inside.sh sources it, whose functions it uses. alice may
# also search, bob may only drop.
drops_by_people() {
    local umask home
    for umask in 022 077; do
        home=/tmp/home-$umask
        rm -rf "$home" && install -d -m 700 -o bob -g bob "$home"
        as bob "umask $umask; cd $home; mkdir -p handed$umask/deep; echo Herons. > handed$umask/one-$umask.txt; echo Otters. > handed$umask/deep/two-$umask.txt"
        holds "drop --move --wait under umask $umask works" as bob "umask $umask; cd $home; vectorspool drop handed$umask --move --wait"
        for name in one two; do holds "$name-$umask.txt is taken" within 20 in_done "$name-$umask.txt"; done
        holds "its sources are gone" refused test -e "$home/handed$umask"
        as bob "umask $umask; cd $home; mkdir moved$umask; echo 'A badger digs.' > moved$umask/badger-$umask.txt; mv moved$umask $spool/inbox/"
    done
    in_place() { runuser -u alice -- vectorspool explain moved022/badger-022.txt | grep -q "left in place"; }
    holds "a folder moved in under umask 022 is left in place" within 40 in_place
    holds "its file is found, and is in the inbox" as alice "vectorspool search badger --json | grep -q '$spool/inbox/moved022/badger-022.txt'"
    holds "there is no copy in done/" refused in_done badger-022.txt
    systemctl restart vectorspoold
    holds "it is recognized after a restart" within 40 in_place
    count() { [ "$(runuser -u alice -- vectorspool search badger --json -k 50 | grep -c 'badger-022')" = "$1" ]; }
    holds "it is indexed once" count 1
    as bob "echo 'A lynx waits.' > $spool/inbox/moved022/badger-022.txt"
    holds "it is taken again when it changes" within 40 as alice "vectorspool search lynx --json | head -n 1 | grep -q badger-022"
    as bob "rm -r $spool/inbox/moved022"
    holds "its owner's deletion forgets nothing" as alice "vectorspool search lynx --json | head -n 1 | grep -q badger-022"
    closed() { grep -q "moved077" /run/vectorspool/status.json; }
    holds "a folder moved in under umask 077 is named" within 40 closed
    command=$(python3 -c "
import json
for name in json.load(open('/run/vectorspool/status.json'))['inbox']['listed']:
    if name['path'] == 'moved077': print(name['reason'].split('run: ')[-1].split('; it is tried')[0])")
    holds "the command that mends it works for its owner: $command" as bob "$command"
    holds "its file is taken then" within 40 in_done badger-077.txt
    as bob "umask 077; printf 'bad\377' > /tmp/home-077/broken.txt; vectorspool drop /tmp/home-077/broken.txt --wait"
    holds "a dropper's file failed" test -e $spool/failed/broken.txt.vectorspool-error.json
    useradd --no-create-home dave 2>/dev/null
    holds "who is in no group is told which to join" sh -c "runuser -u dave -- vectorspool drop /etc/hostname 2>&1 | grep -q 'usermod --append --groups vectorspool-drop dave'"
    usermod --append --groups vectorspool-drop dave
    holds "a dropper may not retry the file of another" refused as dave "vectorspool retry broken.txt"
    holds "a dropper may retry an own file" as bob "vectorspool retry broken.txt"
    holds "a dropper may not pause" refused as bob "vectorspool pause"
    holds "a searcher may retry every file" within 20 as alice "vectorspool retry broken.txt"
    userdel dave
}
