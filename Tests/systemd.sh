#!/usr/bin/env bash
# Tests the package of `make deb` under a real systemd. It makes a small Debian without a Swift toolchain (debootstrap) and boots
# it (systemd-nspawn). Inside, Tests/Systemd/inside.sh acts like administrators and droppers: it installs, reloads, upgrades,
# removes and purges, and prints a line for each check that passes. Run it as root; the first run needs Debian's mirror.
#
#   VECTORSPOOL_SYSTEMD_ROOT   the folder of that Debian between two runs; .build/systemd-root if not set
#   VECTORSPOOL_SYSTEMD_SUITE  the release; bookworm if not set
#   VECTORSPOOL_SYSTEMD_OLD    a built clone of commit 512ef10; its service is then upgraded in place too
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$(realpath --canonicalize-missing "${VECTORSPOOL_SYSTEMD_ROOT:-.build/systemd-root}")
packages=systemd,systemd-sysv,libpam-systemd,dbus,procps,acl,python3,libzstd1,libdnnl2,libinotifytools0,libstdc++6

fail() {
    echo "systemd.sh: $*" >&2
    exit 1
}

[ "$(id -u)" -eq 0 ] || fail "only root can boot a container"
if ! command -v debootstrap >/dev/null || ! command -v systemd-nspawn >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends debootstrap systemd-container >/dev/null ||
        fail "debootstrap and systemd-nspawn are missing, and apt-get cannot install debootstrap and systemd-container"
fi

# A folder that another list of packages made is made anew.
if [ "$(cat "$root/packages" 2>/dev/null)" != "$packages" ]; then
    echo "Making a small Debian in $root"
    rm -rf "$root" "$root.new"
    debootstrap --variant=minbase --include=$packages "${VECTORSPOOL_SYSTEMD_SUITE:-bookworm}" "$root.new" >"$root.log" ||
        fail "debootstrap failed, see $root.log"
    echo $packages >"$root.new/packages"
    mv "$root.new" "$root"
fi

# Every run starts with a machine that has never had the package.
rm -rf "$root"/results
chroot "$root" dpkg --purge vectorspool >/dev/null 2>&1 || true
rm -rf "$root"/var/lib/vectorspool "$root"/var/cache/vectorspool "$root"/etc/vectorspool.yaml "$root"/var/log/journal \
    "$root"/etc/systemd/system/*vectorspool* "$root"/home/carol "$root"/var/lib/systemd/linger
# Earlier versions of this script installed into /usr/local, with the Swift runtime.
rm -rf "$root"/usr/local "$root"/etc/ld.so.conf.d/swift.conf
ldconfig -r "$root"
package=$(find .build/deb -maxdepth 1 -name '*.deb')
[ -e "$package" ] || fail "there is no package in .build/deb: run 'make deb'"
install -D -m 644 "$package" "$root/results/vectorspool.deb"
install -d "$root/usr/local/lib"
install -m 755 Tests/Systemd/*.sh Tests/Systemd/*.py "$root/usr/local/lib/"
if [ -n "${VECTORSPOOL_SYSTEMD_OLD:-}" ]; then
    echo "Adding the service of $VECTORSPOOL_SYSTEMD_OLD"
    make --silent --directory="$VECTORSPOOL_SYSTEMD_OLD" install DESTDIR="$root/results/old" >/dev/null
    # That version needs the toolchain that built it.
    install -d "$root/results/old/usr/local/lib/swift" "$root/results/old/etc/ld.so.conf.d"
    runtime=$(dirname "$(ldd "$root/results/old/usr/local/bin/vectorspoold" | awk '/libswiftCore.so/ { print $3 }')")
    cp "$runtime"/lib*.so "$root/results/old/usr/local/lib/swift/"
    echo /usr/local/lib/swift >"$root/results/old/etc/ld.so.conf.d/swift.conf"
fi
cat >"$root/etc/systemd/system/vectorspool-test.service" <<UNIT
[Unit]
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/usr/local/lib/inside.sh
StandardOutput=truncate:/results/output
StandardError=inherit
TimeoutStartSec=1200
[Install]
WantedBy=multi-user.target
UNIT
ln -sf ../vectorspool-test.service "$root/etc/systemd/system/multi-user.target.wants/vectorspool-test.service"

timeout --kill-after=5 1300 systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --private-network --boot \
    </dev/null >"$root/results/console" 2>&1 || true
cat "$root/results/output" || fail "the container did not come up, see $root/results/console"
grep --quiet '^All checks passed' "$root/results/output"
