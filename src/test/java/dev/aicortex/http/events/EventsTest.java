package dev.aicortex.http.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {
    private final Events events = new Events("0a1b2c3d");

    @Test
    void whoHasTheLastOneGoesOnBehindIt() {
        long before = events.number(events.id(events.last()));
        events.add("one");
        events.add("two");

        assertThat(events.known(before)).isTrue();
        assertThat(events.get(before + 1)).isEqualTo("one");
        assertThat(events.get(before + 2)).isEqualTo("two");
        assertThat(events.last()).isEqualTo(before + 2);
        assertThat(events.known(events.last())).isTrue();
    }

    @Test
    void whatIsTooLongAgoIsNotKnown() {
        String long_ = "x".repeat(1 << 20);
        long before = events.last();
        for (int i = 0; i < 5; i++) {
            events.add(long_);
        }

        assertThat(events.known(before)).isFalse();
        assertThat(events.known(before + 1)).isTrue();
        assertThat(events.get(before + 2)).isEqualTo(long_);
    }

    @Test
    void oneThatIsLongerThanAllIsNotKept() {
        long before = events.last();
        events.add("x".repeat((4 << 20) + 1));

        assertThat(events.known(before)).isFalse();
        assertThat(events.known(events.last())).isTrue();
    }

    @Test
    void nobodyGoesOnFromBeforeAPause() {
        events.add("one");
        long before = events.last();
        events.forget();

        assertThat(events.known(before)).isFalse();
        assertThat(events.known(events.last())).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "x",
                "99999999-1",
                "0a1b2c3d",
                "0a1b2c3d-",
                "0a1b2c3d--1",
                "0a1b2c3d-12345678901234567890"
            })
    void anotherProcessesIdIsNone(String id) {
        assertThat(events.known(events.number(id))).isFalse();
    }

    @Test
    void whatHasNotComeYetIsNotKnown() {
        assertThat(events.known(events.number("0a1b2c3d-9"))).isFalse();
    }
}
