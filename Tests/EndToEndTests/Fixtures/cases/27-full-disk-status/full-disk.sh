#!/bin/sh
# Fills a disk of three MiB under a daemon, and prints what the commands say meanwhile; in a mount namespace of its own.
# full-disk.sh DAEMON COMMAND ARGUMENTS-OF-THE-DAEMON...   with the spool in $SPOOL
set -u
daemon=$1
command=$2
shift 2
mount -t tmpfs -o size=3m none "$SPOOL" && mkdir "$SPOOL/inbox" "$SPOOL/held" || exit 1
"$daemon" "$@" 2> "$SPOOL.log" &
process=$!
until "$command" status --spool "$SPOOL" 2> /dev/null | grep -q '^Ready'; do
    kill -0 $process || exit 1
done
echo 'A whale in the sea.' > "$SPOOL/held/a.txt"
cat /dev/zero > "$SPOOL/fill" 2> /dev/null
mv "$SPOOL/held/a.txt" "$SPOOL/inbox/"
until "$command" status --spool "$SPOOL" | grep -q '^Waiting for the system'; do
    kill -0 $process || exit 1
done
"$command" status --spool "$SPOOL"
yes | head -c 200000 > "${SPOOL%/*}/big.txt"
"$command" drop "${SPOOL%/*}/big.txt" --spool "$SPOOL" 2>&1
dropped=$?
"$command" flush --wait --spool "$SPOOL" 2>&1
printf 'drop: %s\nflush: %s\n' $dropped $?
kill -KILL $process
wait $process 2> /dev/null
"$command" status --spool "$SPOOL"
rm "$SPOOL/fill"
"$daemon" "$@" --once 2>> "$SPOOL.log"
