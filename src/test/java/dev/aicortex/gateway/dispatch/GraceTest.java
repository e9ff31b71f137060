package dev.aicortex.gateway.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a gateway that was told to stop goes on. */
class GraceTest {
    private static Grace grace(int delayMillis, int timeoutMillis) {
        return new Grace(Duration.ofMillis(delayMillis), Duration.ofMillis(timeoutMillis));
    }

    @Test
    void withoutADelayNoRequestIsTakenAfterTheSignal() {
        assertThat(grace(0, 30_000).admits(Duration.ZERO)).isFalse();
    }

    @Test
    void duringTheDelayRequestsAreTaken() {
        Grace grace = grace(5_000, 30_000);
        assertThat(grace.admits(Duration.ofMillis(4_999))).isTrue();
        assertThat(grace.admits(Duration.ofMillis(5_000))).isFalse();
    }

    @Test
    void theTimeoutBeginsWhenTheDelayIsOver() {
        assertThat(grace(5_000, 30_000).untilCut()).hasMillis(34_000);
        assertThat(grace(5_000, 30_000).whole()).hasSeconds(35);
    }

    @Test
    void theLastWordsGetASecondOrAFifthOfAShortTime() {
        assertThat(grace(0, 30_000).untilCut()).hasMillis(29_000);
        assertThat(grace(0, 1_000).untilCut()).hasMillis(800);
    }

    @Test
    void withoutATimeoutAnswersEndAtOnce() {
        assertThat(grace(0, 0).untilCut()).isZero();
        assertThat(grace(0, 0).whole()).isZero();
    }
}
