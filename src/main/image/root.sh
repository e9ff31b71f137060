#!/bin/sh
# Lays out the files of the image in $2: the packaged program ($1) with the part of Java that the Dockerfile names, its AOT
# cache trained for that Java, and, on `scratch` ($3), the libraries and the shell of this machine that they need.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=$1
root=$2
base=$3
app=$root/opt/aicortex

modules=$(sed -n 's/.*--add-modules \([a-z.,]*\).*/\1/p' "$here/../../../Dockerfile")
rm -rf "$root"
mkdir -p "$root/opt" "$root/data/catalogue" "$root/tmp" "$root/etc"
cp -R "$package" "$app"
rm -rf "$app/aicortex.aot" "$app/aicortex.aot.config" "$app/native" "$app/quarkus-app-dependencies.txt"
cp "$here/../../../LICENSE" "$app/"
[ ! -f "$package/../bom.json" ] || cp "$package/../bom.json" "$app/"
"$JAVA_HOME/bin/jlink" --output "$app/runtime" --no-header-files --no-man-pages --compress zip-6 --add-modules "$modules"

# The cache holds the times of the jars, and Jib gives every file of an image this one.
find "$root" -exec touch -h -d @1 {} +
sh "$here/../launcher/install.sh" "$app"
echo 'aicortex:x:10001:10001::/nonexistent:/usr/sbin/nologin' >"$root/etc/passwd"
echo 'aicortex:x:10001:' >"$root/etc/group"
[ "$base" = scratch ] || exit 0

# what FILE: it and the libraries that it is linked with, at their own places.
what() {
    echo "$1"
    ldd "$1" 2>/dev/null | sed -n 's/^[^/]*\(\/[^ ]*\) (0x.*/\1/p'
}
{
    what /bin/sh
    find "$app/runtime" "$app/native" -type f \( -name '*.so' -o -path '*/bin/java' -o -path '*/native/*' \) |
        while read -r file; do what "$file" | sed 1d; done
} | sort -u | while read -r file; do
    case $file in "$root"/*) continue ;; esac
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
done
