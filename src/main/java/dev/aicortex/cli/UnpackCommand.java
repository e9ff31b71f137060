package dev.aicortex.cli;

import dev.aicortex.store.SqliteLibrary;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code aicortex unpack}: what the build puts beside the jars for the platform it runs on. */
@Command(
        name = "unpack",
        hidden = true,
        description = "Puts SQLite's native library of this platform into a folder.")
final class UnpackCommand extends OneShotCommand {
    @Parameters(paramLabel = "FOLDER", description = "Where to; made when it is not there.")
    private Path folder = Path.of(".");

    @Override
    public Integer call() throws IOException {
        out().println(SqliteLibrary.unpack(folder));
        return 0;
    }
}
