package dev.aicortex.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
    private final BodyBudget budget = new BodyBudget(10);

    @Test
    void givesNoMoreThanItHas() {
        assertThat(budget.take(6)).isTrue();
        assertThat(budget.take(5)).isFalse();
        assertThat(budget.take(4)).isTrue();
    }

    @Test
    void getsBackWhatABodyTookAndOnlyOnce() {
        budget.take(4);
        RequestBody body = new RequestBody.InMemory(Buffer.buffer("body"), budget);
        body.discard();
        body.discard();
        assertThat(budget.take(11)).isFalse();
        assertThat(budget.take(10)).isTrue();
    }
}
