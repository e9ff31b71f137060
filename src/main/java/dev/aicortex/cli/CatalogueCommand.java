package dev.aicortex.cli;

import picocli.CommandLine.Command;

/** {@code aicortex catalogue}: its generations. */
@Command(
        name = "catalogue",
        description = "Shows the catalogue's generations and goes back to an older one.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {HistoryCommand.class, DiffCommand.class, RollbackCommand.class})
final class CatalogueCommand {}
