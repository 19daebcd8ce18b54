#!/usr/bin/env bash
# Makes the Debian package from the products of `make dist`, for the Debian that it runs on. It needs dpkg-dev and no root, and
# prints the path of the package.
#
#   SOURCE_DATE_EPOCH     the time of the files in the package; that of the last commit if not set
#   DEBFULLNAME DEBEMAIL  who makes the package
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
umask 022

fail() {
    echo "make deb: $*" >&2
    exit 1
}

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
maintainer="${DEBFULLNAME:-The VectorSpool developers} <${DEBEMAIL:-vectorspool@localhost}>"
build=$PWD/.build/deb
root=$build/root
command -v dpkg-shlibdeps >/dev/null || fail "dpkg-shlibdeps is missing: apt-get install dpkg-dev"

rm -rf "$build"
mkdir -p "$root/DEBIAN" "$build/debian"
make --no-print-directory install DESTDIR="$root" PREFIX=/usr SYSCONFDIR=/etc \
    ZSH_FUNCTIONS=/usr/share/zsh/vendor-completions >"$build/install.log" || fail "see $build/install.log"
# As Debian's policy wants it: README and licence are documentation, and every package says what it contains.
doc=$root/usr/share/doc/vectorspool
install -d "$doc"
install -m 644 etc/deb/copyright "$doc/copyright"
ln -s ../../vectorspool/README.md "$doc/README.md"
version=$("$root/usr/bin/vectorspool" --version)
date=$(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")
printf 'vectorspool (%s) unstable; urgency=medium\n\n  * Release %s.\n\n -- %s  %s\n' \
    "$version" "$version" "$maintainer" "$date" >"$doc/changelog"
gzip --no-name --best --recursive "$root/usr/share/man" "$doc/changelog"

architecture=$(dpkg --print-architecture)
printf 'Source: vectorspool\n\nPackage: vectorspool\nArchitecture: any\n' >"$build/debian/control"
libraries=$(cd "$build" && dpkg-shlibdeps -O root/usr/bin/vectorspool root/usr/bin/vectorspoold)
libraries=${libraries#shlibs:Depends=}
[ -n "$libraries" ] || fail "dpkg-shlibdeps found no libraries"
size=$(du --apparent-size --block-size=1024 --summarize "$root" | cut -f 1)
sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@LIBRARIES@|$libraries|" -e "s|@SIZE@|$size|" \
    -e "s|@MAINTAINER@|$maintainer|" \
    etc/deb/control >"$root/DEBIAN/control"
echo /etc/vectorspool.yaml >"$root/DEBIAN/conffiles"
install -m 755 etc/deb/postinst etc/deb/prerm etc/deb/postrm "$root/DEBIAN/"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort --zero-terminated | xargs -0 md5sum) >"$root/DEBIAN/md5sums"

package=.build/deb/vectorspool_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz -z1 --build "$root" "$package" >/dev/null
echo "$package"
