#!/bin/sh
# Starts ${launcher.main} with the JDK of JAVA_HOME, or else of the PATH. Extra JVM flags: GANGLION_JAVA_OPTS.
set -e
unset CDPATH # with it, cd prints where it goes
fail() {
  echo "${launcher.name}: $1" >&2
  exit 1
}
self="$0"
while [ -h "$self" ]; do
  link=$(readlink "$self")
  case "$link" in
    /*) self="$link" ;;
    *) self="$(dirname "$self")/$link" ;;
  esac
done
home=$(cd "$(dirname "$self")/.." && pwd)
case "$home" in
  *:*) fail "Java takes a colon for the end of a path and cannot run from $home; move this folder to a path without one." ;;
esac
java=java
if [ -n "$JAVA_HOME" ]; then
  java="$JAVA_HOME/bin/java"
  [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME and has no bin/java; set it to a JDK 17 or later, or unset it."
fi
command -v "$java" > /dev/null || fail "There is no java on the PATH; install a JDK 17 or later, or set JAVA_HOME."
# Java reads arguments and names of files in the locale's charset. ASCII would lose letters in silence.
case "$(locale charmap 2> /dev/null || true)" in
  '' | ANSI_X3.4-1968 | US-ASCII) export LC_ALL=C.UTF-8 ;;
esac
# One native thread per oneDNN call unless the core asks for more; idle OpenMP threads must not spin.
: "${OMP_WAIT_POLICY:=PASSIVE}"
export OMP_WAIT_POLICY
# A class archive holds for one JVM and one folder. From 19 on, a JVM that has none that fits writes one when it ends.
class_archive() {
  jdk=$(dirname "$(dirname "$(readlink -f "$(command -v "$java")")")")
  version=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"$/\1/p' "$jdk/release" 2> /dev/null || true)
  archive="$home/lib/$1-$version.jsa"
  archive_flags='-Xlog:cds=off -Xlog:cds+dynamic=off'
  major=${version%%[!0-9]*}
  if [ "${major:-17}" -ge 19 ] && [ -w "$home/lib" ]; then
    archive_flags="$archive_flags -XX:+AutoCreateSharedArchive"
  elif [ "$(cat "$archive.for" 2> /dev/null)" != "$home/lib" ]; then
    echo "${launcher.name}: note: no class archive fits this JVM in this folder, so the start takes longer." >&2
  fi
}
archive='' archive_flags=''
[ -z "${launcher.archive}" ] || class_archive "${launcher.archive}"
# Native libraries are used where they lie, so that nothing need be unpacked at start.
native="$home/lib/native"
[ -d "$native" ] || native= # a platform of which the build knows none
exec env ${launcher.environment} "$java" ${archive:+"-XX:SharedArchiveFile=$archive"} $archive_flags \
  --enable-native-access=ALL-UNNAMED ${native:+"-Djava.library.path=$native"} \
  ${native:+-Dorg.bytedeco.javacpp.pathsFirst=true} \
  ${native:+"-Djna.boot.library.path=$native" -Djna.nounpack=true} \
  ${launcher.jvmFlags} $GANGLION_JAVA_OPTS -cp "$home/lib/*" ${launcher.main} "$@"
