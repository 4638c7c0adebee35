#!/bin/sh
# spark-submit for programs that use io.github.loss4j.spark: sends loss4j.jar and JOCL along.
#
#   docker/spark-submit.sh [option of spark-submit ...] PROGRAM.jar [argument ...]
#
#   SPARK_HOME   the folder of Spark 4.2 or later; if not set, the spark-submit on PATH is taken
#   JAVA_HOME    a JDK 25 or later; executors need one too
#
# Spark itself starts its JVMs with what loss4j asks for: the Vector API and access to native code.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

if [ -n "${SPARK_HOME:-}" ]; then
  submit=$SPARK_HOME/bin/spark-submit
else
  submit=spark-submit
fi
if ! command -v "$submit" >/dev/null; then
  echo "spark-submit.sh: there is no $submit; set SPARK_HOME to the folder of Spark 4.2 or later" >&2
  exit 1
fi

# Beside this file: loss4j.jar and lib, as in the self-contained distribution, or target with both.
target=$top/target
[ -f "$top/loss4j.jar" ] && target=$top
if [ ! -f "$target/loss4j.jar" ] || [ ! -d "$target/lib" ]; then
  echo "building target/loss4j.jar (first run)..." >&2
  "$top/docker/build.sh" >&2
fi
jars=$target/loss4j.jar
for jar in "$target"/lib/jocl-*.jar; do
  jars=$jars,$jar
done

# Of several --jars spark-submit takes the last, so the caller's and these become one, at its place.
first=true
given=false
next_is_jars=false
for argument; do
  if $first; then
    set --
    first=false
  fi
  if $next_is_jars; then
    argument=$jars,$argument
    given=true
  fi
  next_is_jars=false
  [ "$argument" = --jars ] && ! $given && next_is_jars=true
  set -- "$@" "$argument"
done
$given || set -- --jars "$jars" "$@"

exec "$submit" "$@"
