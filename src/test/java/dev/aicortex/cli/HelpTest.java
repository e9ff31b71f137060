package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

class HelpTest {
    /** What is left of a line of 80 columns beside the longest command's name. */
    private static final int LINE = 67;

    static List<CommandSpec> commands() {
        List<CommandSpec> commands = new ArrayList<>();
        collect(AicortexCommand.commandLine(), commands);
        return commands;
    }

    private static void collect(CommandLine command, List<CommandSpec> all) {
        for (CommandLine each : command.getSubcommands().values()) {
            if (!each.getCommandName().equals("help")) {
                all.add(each.getCommandSpec());
                collect(each, all);
            }
        }
    }

    @Test
    void listsTheCommandsInTheOrderOfUse() {
        assertThat(AicortexCommand.commandLine().getSubcommands().keySet())
                .containsExactly(
                        "serve",
                        "chat",
                        "models",
                        "model",
                        "families",
                        "search",
                        "servers",
                        "top",
                        "health",
                        "explain",
                        "key",
                        "usage",
                        "refresh",
                        "check",
                        "fetch",
                        "resolve",
                        "apply",
                        "catalogue",
                        "config",
                        "simulate",
                        "train",
                        "unpack",
                        "help");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysInOneLineWhatACommandDoes(CommandSpec command) {
        assertThat(command.usageMessage().description()).hasSize(1);
        assertThat(command.usageMessage().description()[0]).hasSizeLessThan(LINE + 1).endsWith(".");
        Run help =
                Run.of(
                        (command.qualifiedName().substring("aicortex ".length()) + " --help")
                                .split(" "));
        assertThat(help.status()).isZero();
        assertThat(help.out())
                .contains(command.usageMessage().description()[0])
                .contains("--version");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void describesEveryOption(CommandSpec command) {
        assertThat(
                        Stream.concat(
                                command.options().stream(),
                                command.positionalParameters().stream()))
                .allSatisfy(HelpTest::isDescribed);
    }

    private static void isDescribed(ArgSpec argument) {
        assertThat(String.join("", argument.description())).isNotBlank();
        if (argument.arity().max() > 0) {
            assertThat(argument.paramLabel()).as("a word for people").isUpperCase();
        }
    }
}
