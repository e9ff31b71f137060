package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.cli.ChatAnswer.EventReader;
import dev.aicortex.cli.ChatAnswer.EventReader.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
    @Test
    void readsNamesAndDataWithAnyLineEnd() throws IOException {
        assertThat(events("event: error\r\ndata: a\r\n\r\ndata:b\n\ndata:  c\r\r"))
                .containsExactly(
                        new Event("", "error", "a"),
                        new Event("", "message", "b"),
                        new Event("", "message", " c"));
    }

    @Test
    void joinsTheDataLinesOfAnEvent() throws IOException {
        assertThat(events("data: a\ndata: b\n\n"))
                .containsExactly(new Event("", "message", "a\nb"));
    }

    @Test
    void skipsCommentsAndEventsWithoutData() throws IOException {
        assertThat(events(": waiting\n\nevent: ping\n\nid: 7\ndata: a\n\n"))
                .containsExactly(new Event("7", "message", "a"));
    }

    @Test
    void countsALastEventWithoutItsEmptyLine() throws IOException {
        assertThat(events("data: [DONE]")).containsExactly(new Event("", "message", "[DONE]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "data: x\n"})
    void anEventWithoutAnEndIsNotHeld(String repeated) {
        byte[] bytes = repeated.getBytes(StandardCharsets.UTF_8);
        InputStream endless =
                new InputStream() {
                    private int at;

                    @Override
                    public int read() {
                        return bytes[at++ % bytes.length];
                    }
                };
        assertThatThrownBy(() -> new EventReader(endless, 10_000).next())
                .isInstanceOf(IOException.class)
                .hasMessage("an event of the stream has no end");
    }

    private static List<Event> events(String text) throws IOException {
        var stream = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        List<Event> events = new ArrayList<>();
        try (EventReader reader = new EventReader(stream, 10_000)) {
            for (Event event = reader.next(); event != null; event = reader.next()) {
                events.add(event);
            }
        }
        return events;
    }
}
