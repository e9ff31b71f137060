package dev.aicortex.clients;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a library on the class path, as its jar's name has it. */
final class LibraryVersion {
    private static final Pattern JAR = Pattern.compile("-(\\d[^/]*)\\.jar$");

    private LibraryVersion() {}

    static String of(Class<?> type) {
        String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        Matcher version = JAR.matcher(jar);
        if (!version.find()) {
            throw new IllegalStateException(jar + " has no version");
        }
        return version.group(1);
    }
}
