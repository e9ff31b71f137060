package dev.aicortex.catalogue.refresh;

import java.util.UUID;

/** Names the runs that ask for a volume's lease. */
public final class RunName {
    private RunName() {}

    /** A name that no other run has and that tells a person which process it is. */
    public static String next() {
        String host = System.getenv().getOrDefault("HOSTNAME", "this machine");
        String random = UUID.randomUUID().toString().substring(0, 8);
        return "process %d on %s (%s)".formatted(ProcessHandle.current().pid(), host, random);
    }
}
