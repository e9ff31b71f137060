# Exports a JAVA_HOME whose JDK is 25 or newer. Sourced by mvnw, by bench/run and by .ci/run; POSIX sh.
# Maven runs Quarkus inside its own JVM, so a toolchain is not enough: Maven itself must run on the JDK.

jdk_version() { # prints the major version of the JDK at $1, nothing when there is none
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

jdk_on_path() { # the home of the `java` that the PATH finds, links resolved
    jdk_java=$(command -v java) || return 0
    jdk_java=$(readlink -f "$jdk_java" 2>/dev/null || echo "$jdk_java")
    dirname "$(dirname "$jdk_java")"
}

find_jdk() {
    for jdk_home in "${JAVA_HOME:-}" "$(jdk_on_path)" \
        /usr/lib/jvm/* /usr/java/* /opt/jdk* /opt/java/* \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.local/share/mise/installs/java/* \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /home/linuxbrew/.linuxbrew/opt/openjdk* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -n "$jdk_home" ] || continue
        jdk_major=$(jdk_version "$jdk_home")
        if [ "${jdk_major:-0}" -ge 25 ]; then
            JAVA_HOME=$jdk_home
            export JAVA_HOME
            return 0
        fi
    done
    echo "AI Cortex needs a JDK 25 or newer: none in JAVA_HOME, on the PATH, in /usr/lib/jvm, SDKMAN, Homebrew or the macOS homes. Install one (for example Temurin 25) or set JAVA_HOME." >&2
    return 1
}

find_jdk || exit 1
