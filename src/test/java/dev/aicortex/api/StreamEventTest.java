package dev.aicortex.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StreamEventTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Arguments> wireForms() {
        return Stream.of(
                Arguments.of(
                        new StreamEvent.Start("m:1b"),
                        """
                        {"type":"start","content":"","index":null,"model":"m:1b","done":false}\
                        """),
                Arguments.of(
                        new StreamEvent.Token("Blue \n🦙", 7, "m:1b"),
                        """
                        {"type":"token","content":"Blue \\n🦙","index":7,"model":"m:1b","done":false}\
                        """),
                Arguments.of(
                        new StreamEvent.End("m:1b", new Usage(3, 2, 50, 10, 15, 20)),
                        """
                        {"type":"end","content":"","index":null,"model":"m:1b","done":true,\
                        "usage":{"prompt_tokens":3,"completion_tokens":2,"total_duration":50,\
                        "load_duration":10,"prompt_eval_duration":15,"eval_duration":20,\
                        "total_tokens":5}}\
                        """),
                Arguments.of(
                        new StreamEvent.Failed("it broke off", "Blu"),
                        """
                        {"type":"error","content":"","index":null,"model":null,"done":true,\
                        "error":"it broke off","partial":"Blu"}\
                        """));
    }

    @ParameterizedTest
    @MethodSource("wireForms")
    void isWrittenAsOneObject(StreamEvent event, String wire) throws JsonProcessingException {
        assertThat(JSON.writeValueAsString(event)).isEqualTo(wire);
    }

    @ParameterizedTest
    @MethodSource("wireForms")
    void isReadBackAsTheSame(StreamEvent event, String wire) throws JsonProcessingException {
        assertThat(JSON.readValue(wire, StreamEvent.class)).isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("wireForms")
    void isDoneWhenNothingFollows(StreamEvent event, String wire) throws JsonProcessingException {
        assertThat(JSON.readTree(wire).path("done").asBoolean()).isEqualTo(event.last());
    }

    @Test
    void ofAnotherTypeIsNoEvent() {
        assertThatThrownBy(() ->
                        JSON.readValue(
                                "{\"type\":\"pause\",\"content\":\"\",\"done\":false}",
                                StreamEvent.class))
                .isInstanceOf(ValueInstantiationException.class)
                .hasMessageContaining("'pause'");
    }

    @Test
    void usageTellsTheSpeed() {
        Usage usage = new Usage(3, 20, 0, 0, 0, Duration.ofMillis(500).toNanos());
        assertThat(usage.tokensPerSecond()).isEqualTo(40);
        assertThat(usage.totalTokens()).isEqualTo(23);
        assertThat(Usage.UNKNOWN.tokensPerSecond()).isZero();
    }
}
