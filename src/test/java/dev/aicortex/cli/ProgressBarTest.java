package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.catalogue.refresh.Progress.Step;
import dev.aicortex.cli.RefreshCommands.ProgressBar;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private static final String EMPTY = "\r\033[K";

    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);
    private final ProgressBar bar = new ProgressBar(out, true);

    @Test
    void fillsAsTheStepComesOn() {
        bar.at(Step.CHECK, 0, 4);
        bar.at(Step.CHECK, 2, 4);
        bar.at(Step.FETCH, 4, 4);

        assertThat(text)
                .hasToString(
                        line("check  ", 0, "0/4")
                                + line("check  ", 15, "2/4")
                                + line("fetch  ", 30, "4/4"));
    }

    @Test
    void isFullWhenThereIsNothingToDo() {
        bar.at(Step.RESOLVE, 0, 0);

        assertThat(text).hasToString(line("resolve", 30, "0/0"));
    }

    @Test
    void makesRoomForAWarning() {
        bar.at(Step.CHECK, 1, 2);
        bar.beside(() -> out.print("a warning\n"));
        bar.at(Step.CHECK, 2, 2);

        assertThat(text)
                .hasToString(
                        line("check  ", 15, "1/2")
                                + EMPTY
                                + "a warning\n"
                                + line("check  ", 30, "2/2"));
    }

    @Test
    void leavesAnEmptyLineAndShowsNothingMore() {
        bar.at(Step.APPLY, 1, 1);
        bar.close();
        bar.at(Step.APPLY, 1, 1);
        bar.close();

        assertThat(text).hasToString(line("apply  ", 30, "1/1") + EMPTY);
    }

    @Test
    void isNotShownWhereNobodyLooks() {
        ProgressBar hidden = new ProgressBar(out, false);
        hidden.at(Step.CHECK, 1, 2);
        hidden.beside(() -> out.print("a warning\n"));
        hidden.close();

        assertThat(text).hasToString("a warning\n");
    }

    private static String line(String step, int filled, String count) {
        return EMPTY + step + " [" + "#".repeat(filled) + "-".repeat(30 - filled) + "] " + count;
    }
}
