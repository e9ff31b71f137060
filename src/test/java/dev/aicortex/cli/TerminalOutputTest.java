package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.cli.ChatCommand.AnswerPrinter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalOutputTest {
    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);

    @Test
    void controlCharactersDoNotReachATerminal() {
        print(true, "a\u001b[31m\tb\n", "\u0007\u009b\rc\u007f");

        assertThat(lines()).containsExactly("a\ufffd[31m\tb", "\ufffd\ufffd\ufffdc\ufffd");
    }

    @Test
    void nothingTurnsTheDirectionOfWritingRound() {
        print(true, "a\u202eb\u2066c\u200f");
        new Table("NAME").row("qwen3\u202eb8:\u2069\u2028x").print(out);

        assertThat(lines())
                .containsExactly("a\ufffdb\ufffdc\u200f", "NAME", "qwen3\ufffdb8:\ufffd x");
        assertThat(Json.line("a\u202eb\u009b")).isEqualTo("\"a\\u202eb\\u009b\"");
    }

    @Test
    void aFileGetsThemAsTheyAre() {
        print(false, "a\u001b[31m\tb\n", "\u0007\u009bc");

        assertThat(lines()).containsExactly("a\u001b[31m\tb", "\u0007\u009bc");
    }

    @Test
    void aCharacterOfTwoHalvesSurvivesASplit() {
        print(true, "\ud83e", "\udd99");

        assertThat(lines()).containsExactly("🦙");
    }

    @Test
    void columnsAlignByTheWidthOnATerminal() {
        new Table("NAME", "X").row("模型", "1").row("é\u0301\u001b", "2").row("🦙", "").print(out);

        assertThat(lines()).containsExactly("NAME  X", "模型  1", "é\u0301\ufffd    2", "🦙    -");
    }

    private void print(boolean terminal, String... pieces) {
        try (AnswerPrinter printer = new AnswerPrinter(out, terminal)) {
            List.of(pieces).forEach(printer::print);
        }
    }

    private List<String> lines() {
        return text.toString().lines().toList();
    }
}
