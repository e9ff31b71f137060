package dev.aicortex;

import dev.aicortex.cli.AicortexCommand;
import dev.aicortex.cli.ServeCommand;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * Runs one command; {@code serve} starts the gateway, the others only ask one that runs. It has a
 * name, which pom.xml chooses, so that it is not the entry point of applications that have this
 * jar.
 */
@QuarkusMain(name = "aicortex")
public final class Main {
    Main() {}

    /** Exits with 0 when it worked, 1 when it did not, 2 when the command line is wrong. */
    public static void main(String... args) {
        // said outright: libraries leave threads behind that would keep a command from ending
        System.exit(
                bare(args)
                        ? ServeCommand.asConfigured()
                        : AicortexCommand.commandLine().execute(args));
    }

    /** Without flags no parser of flags is loaded, which takes a fifth of the start. */
    private static boolean bare(String... args) {
        return args.length == 0 || (args.length == 1 && args[0].equals("serve"));
    }
}
