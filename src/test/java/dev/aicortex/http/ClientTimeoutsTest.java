package dev.aicortex.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.http.ClientTimeouts.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Steps of 15 seconds each: a body has to come with 3,600 bytes a step. */
class ClientTimeoutsTest {
    private static final int A_STEP = 15 * ClientTimeouts.SLOWEST;

    private final ClientTimeouts connection =
            new ClientTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(150));

    private Verdict step() {
        return connection.step(true, false, 0);
    }

    private Verdict due(long full) {
        return connection.step(true, true, full);
    }

    /** How many steps it goes on when nothing happens, at most 100. */
    private int lasts(boolean due) {
        for (int steps = 1; steps < 100; steps++) {
            if (connection.step(true, due, 0) != Verdict.GO_ON) {
                return steps;
            }
        }
        return 100;
    }

    private void request() {
        connection.head(false);
        connection.body(0, true);
    }

    @Test
    void aConnectionThatSaysNothingEnds() {
        assertThat(lasts(false)).isEqualTo(4);
    }

    @Test
    void oneThatWaitsForItsAnswerDoesNot() {
        request();
        assertThat(lasts(true)).isEqualTo(100);
    }

    @Test
    void betweenRequestsItIsKeptLonger() {
        request();
        due(0);
        assertThat(lasts(false)).isEqualTo(10);
    }

    @Test
    void aBodyThatIsSilentEnds() {
        connection.head(false);
        for (int i = 0; i < 50; i++) {
            connection.body(1 << 20, false);
            assertThat(step()).isEqualTo(Verdict.GO_ON);
        }
        assertThat(lasts(true)).isEqualTo(3);
    }

    @Test
    void aBodyThatDripsEnds() {
        connection.head(false);
        Verdict verdict = Verdict.GO_ON;
        int steps = 0;
        while (verdict == Verdict.GO_ON && steps++ < 100) {
            connection.body(A_STEP / 2, false);
            verdict = step();
        }
        assertThat(verdict).isEqualTo(Verdict.SLOW_BODY);
        assertThat(steps).isEqualTo(7);
    }

    @Test
    void oneThatIsJustFastEnoughDoesNot() {
        connection.head(false);
        for (int i = 0; i < 1000; i++) {
            connection.body(A_STEP, false);
            assertThat(step()).isEqualTo(Verdict.GO_ON);
        }
    }

    @Test
    void whatTheGatewayDoesNotReadIsNotTheClientsSilence() {
        connection.head(false);
        for (int i = 0; i < 100; i++) {
            assertThat(connection.step(false, true, 0)).isEqualTo(Verdict.GO_ON);
        }
        assertThat(lasts(true)).isEqualTo(4);
    }

    @Test
    void neitherIsABodyThatIsNotYetWanted() {
        connection.head(true);
        assertThat(lasts(true)).isEqualTo(100);
        connection.welcomed();
        assertThat(lasts(true)).isEqualTo(4);
    }

    @Test
    void whoTakesNothingOfAnAnswerEnds() {
        request();
        int steps = 0;
        while (due(70_000) == Verdict.GO_ON && steps < 100) {
            steps++;
        }
        assertThat(steps).isEqualTo(10);
    }

    @Test
    void aSlowReaderDoesNot() {
        request();
        for (int left = 100_000; left > 0; left--) {
            assertThat(due(left)).isEqualTo(Verdict.GO_ON);
        }
    }
}
