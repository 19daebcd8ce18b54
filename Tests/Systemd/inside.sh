#!/usr/bin/env bash
# Tests/systemd.sh runs this in its container with a real systemd. Every line is a check; the last line is the result.
set -u
spool=/var/lib/vectorspool/spool
faults=0

# arguments: a description, then a command that must succeed
holds() {
    local what=$1
    shift
    if "$@" >/tmp/holds 2>&1; then echo "holds: $what"; else
        echo "FAILS: $what ($(tr '\n' ' ' </tmp/holds | cut -c 1-200))"
        faults=$((faults + 1))
    fi
}
refused() { ! "$@"; }
property() { systemctl show --value --property="$1" vectorspoold; }
milliseconds() { date +%s%3N; }
# arguments: seconds, then a command to repeat until it succeeds
within() {
    local end=$(($(milliseconds) + $1 * 1000))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(milliseconds)" -lt $end ] || return 1
        sleep 0.05
    done
}
as() { runuser --user "$1" -- sh -c "$2"; }
in_done() { [ -n "$(find $spool/done -name "$1" -print -quit)" ]; }
mode_is() { [ "$(stat --format='%a %U %G' "$2")" = "$1" ]; }
# arguments: number of files, their name, and how many lines each has
backlog() {
    rm -rf /tmp/backlog && mkdir /tmp/backlog
    for number in $(seq "$1"); do
        { echo "Text $number of $2."; yes "A whale swims by the harbour of an old town at dawn." 2>/dev/null | head -n "${3:-400}"; } \
            >"/tmp/backlog/$2-$number.txt"
    done
    chown -R alice:vectorspool-drop /tmp/backlog
    chmod -R a+rX /tmp/backlog
    cp -r --preserve=ownership,mode /tmp/backlog "$spool/$2"
    mv "$spool/$2"/* $spool/inbox/ 2>/dev/null
}

package=/results/vectorspool.deb
# They take the lock of dpkg at any moment.
systemctl mask --now --quiet apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer apt-daily.service dpkg-db-backup.service
holds "the package installs" dpkg --install $package
holds "the programs need no toolchain" sh -c '! ldd /usr/bin/vectorspool /usr/bin/vectorspoold | grep -E "not found|swift"'
for user in alice bob; do
    id $user >/dev/null 2>&1 || useradd --no-create-home $user
    usermod --append --groups vectorspool-drop $user
done
usermod --append --groups vectorspool alice

holds "the unit is valid" systemd-analyze verify --man=no vectorspoold.service
holds "the exposure is at most 1.0" systemd-analyze security --threshold=10 vectorspoold
echo "exposure: $(systemd-analyze security vectorspoold | tail -n 1)"
holds "openat2 is allowed" sh -c 'systemd-analyze syscall-filter @file-system | grep -q openat2'
holds "inbox/ is 3770 for the drop group" mode_is "3770 vectorspool vectorspool-drop" $spool/inbox
holds "failed/ is 2750 for the drop group" mode_is "2750 vectorspool vectorspool-drop" $spool/failed
holds "done/ is 2750 for the search group" mode_is "2750 vectorspool vectorspool" $spool/done

holds "the installation started the service" within 30 systemctl --quiet is-active vectorspoold
holds "it starts at boot" systemctl --quiet is-enabled vectorspoold
as alice "umask 022; echo 'A whale in the sea.' > $spool/inbox/alice-022.txt; mkdir $spool/inbox/a; echo 'Rye bread.' > $spool/inbox/a/deep-022.txt"
as bob "umask 077; echo 'The orbit of Jupiter.' > $spool/inbox/bob-077.txt; mkdir $spool/inbox/b; echo 'Old maps.' > $spool/inbox/b/deep-077.txt"
for name in alice-022.txt deep-022.txt bob-077.txt deep-077.txt; do holds "$name is taken" within 20 in_done "$name"; done
as bob "umask 077; mkdir /tmp/private; echo 'Bees.' > /tmp/private/moved.txt; mv /tmp/private $spool/inbox/"
listed() { grep -q "private" /run/vectorspool/status.json; }
holds "a folder moved in with umask 077 is listed as blocked" within 40 listed
holds "another file is dropped meanwhile" sh -c "runuser -u alice -- sh -c 'echo Trains. > $spool/inbox/after.txt'"
holds "after.txt is taken" within 20 in_done after.txt
holds "droppers cannot list done/" refused as bob "ls $spool/done"
holds "droppers cannot write in failed/" refused as bob "mkfifo $spool/failed/x.txt.vectorspool-error.json"
as alice "printf '\377' > $spool/inbox/bad.txt"
holds "a failed file has its reason beside it" within 20 test -e $spool/failed/bad.txt.vectorspool-error.json
holds "droppers can read the reason" as bob "cat $spool/failed/bad.txt.vectorspool-error.json"
holds "a member of the search group finds what was dropped" within 20 as alice "vectorspool search 'an animal in the ocean' | grep alice-022"
holds "others do not" refused as bob "vectorspool search whale"
holds "a monitor can read the metrics" as nobody "grep -q '^vectorspool_done_files_total [1-9]' /run/vectorspool/metrics.prom"
holds "a member of the search group reads the status" as alice "vectorspool status"
holds "others do not read status.json, which names files" refused as nobody "cat /run/vectorspool/status.json"
holds "they are told who may" sh -c "runuser -u bob -- vectorspool status 2>&1 | grep 'those who may search'"
holds "the time from drop to searchable is counted" as nobody "grep -q '^vectorspool_searchable_seconds_count [1-9]' /run/vectorspool/metrics.prom"
holds "the metrics name no file and no user" refused grep -E "alice|bob|private|022|077|txt" /run/vectorspool/metrics.prom

. /usr/local/lib/drops.sh
drops_by_people

settings=/etc/vectorspool.yaml
events() { journalctl --unit=vectorspoold --quiet --output=cat "$@" | grep -q .; }
holds "the journal has an event for ready" within 5 events VECTORSPOOL_EVENT=ready
holds "it selects a failed file by path and identifier" within 5 events VECTORSPOOL_PATH=bad.txt MESSAGE_ID=c9b9c512fae948f48015dc076187cd66
holds "it selects what is blocked" within 5 events VECTORSPOOL_EVENT=file_blocked
explained() { journalctl --unit=vectorspoold --quiet --catalog VECTORSPOOL_EVENT=file_failed | grep -q "Correct your copy"; }
holds "its catalog says what to do" within 5 explained
holds "there are no notices of thread priority" refused sh -c "journalctl --unit=vectorspoold --quiet | grep -i priorit"
process=$(property MainPID)
sed -i 's/settleSeconds: 1/settleSeconds: 2/' $settings
holds "a good configuration is reloaded" systemctl reload vectorspoold
sed -i 's/settleSeconds: 2/settleSeconds: fast/' $settings
holds "the reload of a bad one fails" refused systemctl reload vectorspoold
names_the_key() { journalctl --unit=vectorspoold --output=cat --quiet | grep -q "settleSeconds is 'fast'"; }
holds "the journal names the key" within 5 names_the_key
systemctl kill --signal=HUP vectorspoold
holds "a refused SIGHUP is an event" within 5 events VECTORSPOOL_EVENT=reload_refused
holds "the daemon goes on" test "$(property ActiveState) $(property MainPID)" = "active $process"
sed -i 's/settleSeconds: fast/settleSeconds: 1/' $settings
holds "a mended configuration is reloaded" systemctl reload vectorspoold
holds "that is an event" within 5 events VECTORSPOOL_EVENT=reloaded

as bob "umask 077; echo 'Comets.' > /tmp/comets.txt; mv /tmp/comets.txt $spool/inbox/"
comets_listed() { grep -q "comets" /run/vectorspool/status.json; }
holds "a private file is listed as blocked" within 40 comets_listed
install -D -m 644 /usr/share/vectorspool/systemd/private-files.conf \
    /etc/systemd/system/vectorspoold.service.d/private-files.conf
systemctl daemon-reload
systemctl restart vectorspoold
holds "the drop-in for private files lets it be taken" within 40 in_done comets.txt
echo "exposure with the drop-in: $(systemd-analyze security vectorspoold | tail -n 1)"
rm -r /etc/systemd/system/vectorspoold.service.d
systemctl daemon-reload

systemctl stop vectorspoold
as alice "echo 'Kept.' > $spool/inbox/kept.txt"
holds "droppers cannot remove files of others" refused as bob "rm -f $spool/inbox/kept.txt"
holds "droppers cannot move files of others" refused as bob "mv $spool/inbox/kept.txt $spool/inbox/stolen.txt"
holds "other users cannot lock the spool" refused as bob "flock --nonblock $spool/.lock true"

# A command that works on the spool and ends after a while.
runuser --user vectorspool -- flock $spool/.lock sleep 3 &
began=$(milliseconds)
holds "a start waits for a command that holds the spool" systemctl start vectorspoold
holds "it starts when the spool is free" [ $(($(milliseconds) - began)) -ge 2000 ]
wait
second() { runuser --user vectorspool -- timeout 30 vectorspoold --config /etc/vectorspool.yaml >/tmp/second 2>&1; [ $? = 75 ]; }
holds "a second daemon ends with 75" second
holds "kept.txt is taken" within 20 in_done kept.txt

before=$(property MainPID)
systemctl restart --no-block vectorspoold
process=0
caught() {
    process=$(property MainPID)
    [ "$process" != 0 ] && [ "$process" != "$before" ] && [ $((0x$(awk '/^SigCgt/ { print $2 }' "/proc/$process/status") & 1)) = 1 ]
}
within 10 caught
end=$(($(milliseconds) + 300))
hangups=0
while [ "$(milliseconds)" -lt $end ]; do kill -HUP "$process" 2>/dev/null && hangups=$((hangups + 1)); done
within 20 systemctl --quiet is-active vectorspoold
holds "$hangups SIGHUPs in its first 300 ms do not end it" test "$(property MainPID)" = "$process"

backlog 3000 stopping
claims() { [ "$(find $spool/work -name '*-stopping-*' | head -n 20 | wc -l)" -ge 20 ]; }
within 20 claims
begin=$(milliseconds)
systemctl stop vectorspoold
took=$(($(milliseconds) - begin))
holds "SIGTERM under a backlog ends it within 10 s: $took ms" test $took -lt 10000
holds "it ended in order" test "$(property Result) $(property ExecMainStatus)" = "success 0"
holds "it says what waits in work/" events VECTORSPOOL_EVENT=stopped
there() { find $spool -type f -name '*stopping-*.txt' | sed 's/.*stopping-//' | sort --unique | wc -l; }
holds "all 3000 files are there after SIGTERM" test "$(there)" = 3000

systemctl start vectorspoold
within 20 claims
killed=$(property MainPID)
mark=$(journalctl --unit=vectorspoold --output=cat --quiet | wc -l)
systemctl kill --signal=KILL vectorspoold
anew() { [ "$(property MainPID)" != "$killed" ] && systemctl --quiet is-active vectorspoold; }
holds "SIGKILL brings it back" within 30 anew
holds "all 3000 files are there after SIGKILL" test "$(there)" = 3000
recovered() {
    journalctl --unit=vectorspoold --output=cat --quiet | tail -n +"$mark" |
        awk '/taking over [0-9]+ files/ { t = NR } /^Started/ { s = NR } END { exit !(t && s && t < s) }'
}
holds "it is ready only after recovering the leftovers" within 5 recovered

mkdir -p /etc/systemd/system/vectorspoold.service.d
printf '[Service]\nWatchdogSec=6\n' >/etc/systemd/system/vectorspoold.service.d/watchdog.conf
systemctl daemon-reload

# arguments: a description, then a command that disturbs the process
restarts_after() {
    local what=$1 process begin took
    shift
    systemctl restart vectorspoold
    process=$(property MainPID)
    "$@" "$process"
    begin=$(milliseconds)
    other() { [ "$(property MainPID)" != "$process" ] && systemctl --quiet is-active vectorspoold; }
    within 60 other
    took=$(($(milliseconds) - begin))
    # WatchdogSec, RestartSec and a start, and not TimeoutAbortSec, which is 10 s more.
    holds "$what: ready again after $took ms (WatchdogSec=6, RestartSec=5)" test $took -lt 16000
}
restarts_after "the process is stopped" kill -STOP
holds "all 3000 files are there after the watchdog's SIGABRT" test "$(there)" = 3000
freeze() {
    within 20 claims
    /usr/local/lib/freeze.py "$1" encoder >/tmp/freeze 2>&1 &
    within 10 grep -q "stopped [1-9]" /tmp/freeze
}
restarts_after "its encoder threads are stopped" freeze
cat /tmp/freeze
journalctl --unit=vectorspoold --output=cat --quiet | grep -E "no progress of|Watchdog timeout|Killing process|signal|timed out" | sort | uniq -c | head -n 20

holds "a hang is an event" events VECTORSPOOL_EVENT=hanging
holds "the index is whole after all this" vectorspool verify --index /var/lib/vectorspool/index

rm -rf /etc/systemd/system/vectorspoold.service.d $spool/inbox/* 2>/dev/null
systemctl daemon-reload
systemctl restart vectorspoold

# One person's own service.
userdel --force --remove carol >/dev/null 2>&1
useradd --create-home carol
holds "init sets up a person's own service" as carol "HOME=/home/carol vectorspool init"
loginctl enable-linger carol
number=$(id --user carol)
session() { as carol "XDG_RUNTIME_DIR=/run/user/$number HOME=/home/carol $1"; }
holds "her service manager is there" within 20 session "systemctl --user is-active default.target"
holds "her service starts" session "systemctl --user enable --now vectorspoold"
as carol "echo 'Cats sleep all day.' > /home/carol/.local/share/vectorspool/inbox/cats.txt"
holds "she finds her own file" within 30 session "vectorspool search 'tired pets' | grep cats.txt"
holds "others cannot see it" refused as alice "ls /home/carol/.local/share/vectorspool"
holds "her reload works" session "systemctl --user reload vectorspoold"
echo "spool: [" >>/home/carol/.config/vectorspool.yaml
holds "her reload of a bad configuration fails" refused session "systemctl --user reload vectorspoold"
session "systemctl --user disable --now vectorspoold"

# The package's life.
process=$(property MainPID)
holds "an upgrade in place works" dpkg --install $package
holds "it restarts the service" within 30 sh -c "systemctl --quiet is-active vectorspoold && [ \$(systemctl show --value --property=MainPID vectorspoold) != $process ]"
systemctl disable --now --quiet vectorspoold
holds "an upgrade of a disabled service works" dpkg --install $package
holds "it stays disabled and stopped" refused sh -c "systemctl --quiet is-enabled vectorspoold || systemctl --quiet is-active vectorspoold"
systemctl enable --now --quiet vectorspoold
holds "removal works" dpkg --remove vectorspool
holds "removal stops the service" refused systemctl --quiet is-active vectorspoold
holds "removal leaves the configuration" test -e $settings
holds "removal leaves what was dropped" in_done alice-022.txt
holds "an installation after removal works" dpkg --install $package
holds "it starts the service" within 30 systemctl --quiet is-active vectorspoold
holds "it still finds what was dropped" as alice "vectorspool search 'an animal in the ocean' | grep alice-022"
holds "purging works" sh -c "dpkg --purge vectorspool >/tmp/purge 2>&1"
holds "it says what it keeps" grep -q "rm -rf /var/lib/vectorspool" /tmp/purge
holds "it keeps what was dropped" in_done alice-022.txt
holds "it removes the configuration and the cache" refused sh -c "test -e $settings || test -e /var/cache/vectorspool"
holds "nothing of the package is left" refused sh -c "find / -xdev -name '*vectorspool*' -not -path '/var/lib/vectorspool*' -not -path '/results*' \
    -not -path '/proc/*' -not -path '/home/*' -not -path '/tmp/*' -not -path '/etc/systemd/system/*vectorspool-test*' | grep ."
rm -rf /var/lib/vectorspool
dpkg --install $package >/dev/null 2>&1
holds "a fresh start works" within 30 systemctl --quiet is-active vectorspoold
holds "purging a spool that nobody used leaves no folder" sh -c "dpkg --purge vectorspool >/dev/null && ! test -e /var/lib/vectorspool"

# The service of commit 512ef10, installed below /usr/local with its own layout of the spool, becomes this package.
if [ -d /results/old ]; then
    cp --archive /results/old/. /
    ldconfig
    systemd-sysusers
    systemd-tmpfiles --create vectorspool.conf 2>/dev/null
    systemctl daemon-reload
    holds "the old service starts" systemctl enable --now --quiet vectorspoold
    as alice "cd $spool/inbox && mkdir deep && for n in \$(seq 20); do echo \"Old text \$n of a whale.\" >old-\$n.txt; done; echo 'Deep old text.' >deep/old-21.txt; printf '\377' >old-bad.txt"
    old_done() { [ "$(find $spool/done -name '*old-*' | wc -l)" -ge "$1" ]; }
    holds "it takes 21 files" within 60 old_done 21
    as alice "echo 'Second version of the text.' >$spool/inbox/old-1.txt"
    holds "it takes a new version" within 60 old_done 22
    holds "it refuses a bad one" within 20 test -e $spool/failed/old-bad.txt
    backlog 300 half 100
    half_done() { [ "$(find $spool/done -name '*half-*' | wc -l)" -ge 10 ] && [ -n "$(find $spool/work -name '*half-*' -print -quit)" ]; }
    holds "its spool is half full" within 120 half_done
    systemctl disable --now --quiet vectorspoold
    half() { find "$spool/$1" -type f -name '*half-*.txt' | wc -l; }
    echo "of 300 files of the backlog: inbox $(half inbox), work $(half work), retry $(half retry), done $(half done), failed $(half failed)"
    find $spool/done -maxdepth 1 -mindepth 1 | sed 's/^/the old layout: /' | head -n 2
    # As README's "Upgrade" says.
    rm -rf /usr/local/bin/vectorspool /usr/local/bin/vectorspoold /usr/local/share/vectorspool \
        /usr/local/lib/systemd/system/vectorspoold.service /usr/local/lib/sysusers.d/vectorspool.conf \
        /usr/local/lib/tmpfiles.d/vectorspool.conf
    sed -i -e 's|/usr/local/share/vectorspool|/usr/share/vectorspool|' -e '/keepDoneDays: 30/d' $settings
    holds "the package installs over it" dpkg --install --force-confold $package
    holds "the service starts with the old configuration" within 30 systemctl --quiet is-active vectorspoold
    journalctl --unit=vectorspoold --quiet --output=cat --priority=warning --since=-1min | grep -v "^failed" | sort --unique | head -n 8 | sed 's/^/it warns: /'
    documents() { vectorspool info --index /var/lib/vectorspool/index --json | head -n 1 | python3 -c 'import json, sys; print(json.load(sys.stdin)["documents"])'; }
    all_there() { [ "$(documents)" = 321 ]; }
    holds "it finishes the old backlog" within 600 all_there
    empty() { ! find $spool/inbox $spool/work $spool/retry -type f -name '*.txt' | grep -q .; }
    holds "nothing is left in inbox, work and retry" within 30 empty
    echo "documents: $(documents); files of the backlog in done: $(half done); old ones: $(find $spool/done $spool/replaced -name '*old-*.txt' | wc -l)"
    holds "each file of the backlog is in done/ once" test "$(find $spool/done -name '*half-*.txt' | sed 's/.*half-//' | sort | uniq --count | awk '$1 == 1' | wc -l)" = 300
    holds "the index is whole" vectorspool verify --index /var/lib/vectorspool/index
    hit() { as alice "vectorspool search 'Second version of the text' --json" | python3 -c 'import json, os, sys
hit = json.loads(sys.stdin.readline()); print(hit); path = hit["path"]; assert path and os.path.exists(path) and "Second" in open(path).read()'; }
    holds "a hit of the old index names a file that can be opened" hit
    holds "the old failure is listed" sh -c "vectorspool failed | grep old-bad.txt"
    as alice "echo 'Third version of the text.' >$spool/inbox/old-1.txt"
    third() { as alice "vectorspool search 'Third version of the text' --json" | head -n 1 | grep -q "Third version"; }
    holds "a new version replaces one of the old index" within 20 third
    holds "it is one document still" test "$(documents)" = 321
    as alice "echo 'Old text 2 of a whale.' >$spool/inbox/old-2.txt"
    holds "an old file dropped again is taken" within 20 empty
    holds "and known" test "$(documents)" = 321
    systemctl stop vectorspoold
    dpkg --purge vectorspool >/dev/null 2>&1
fi

[ $faults -eq 0 ] && echo "All checks passed." || echo "$faults checks failed."
