package dev.aicortex.cli;

import picocli.CommandLine.Option;

/** {@code --output table|json}. */
final class OutputOption {
    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "How to print: ${COMPLETION-CANDIDATES} (default: table).")
    private OutputFormat format = OutputFormat.TABLE;

    boolean json() {
        return format == OutputFormat.JSON;
    }
}
