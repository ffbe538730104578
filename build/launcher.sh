#!/bin/sh
# Starts ${launcher.main} with the JDK of JAVA_HOME, or else of the PATH. Extra JVM flags: GANGLION_JAVA_OPTS.
set -e
self="$0"
while [ -h "$self" ]; do
  link=$(readlink "$self")
  case "$link" in
    /*) self="$link" ;;
    *) self="$(dirname "$self")/$link" ;;
  esac
done
home=$(cd "$(dirname "$self")/.." && pwd)
java=java
if [ -n "$JAVA_HOME" ]; then java="$JAVA_HOME/bin/java"; fi
# One native thread per oneDNN call unless the core asks for more; idle OpenMP threads must not spin.
: "${OMP_WAIT_POLICY:=PASSIVE}"
export OMP_WAIT_POLICY
exec env ${launcher.environment} "$java" ${launcher.jvmFlags} $GANGLION_JAVA_OPTS -cp "$home/lib/*" ${launcher.main} "$@"
