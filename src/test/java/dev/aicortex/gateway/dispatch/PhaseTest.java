package dev.aicortex.gateway.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.gateway.dispatch.Phase.Event;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each phase with each event: where the request stands then, or that it cannot happen. */
class PhaseTest {
    private static final Phase.Work TICKET = () -> {};
    private static final Phase.Work FIRST = () -> {};
    private static final Phase.Work SECOND = () -> {};

    private static final Phase READING = new Phase.Reading();
    private static final Phase LOOKING = new Phase.Waiting(Optional.empty());
    private static final Phase QUEUED = new Phase.Waiting(Optional.of(TICKET));
    private static final Phase ASKING = new Phase.Asking(List.of(FIRST));
    private static final Phase HEDGED = new Phase.Asking(List.of(FIRST, SECOND));
    private static final Phase RELAYING = new Phase.Relaying(FIRST);
    private static final Phase DONE = new Phase.Done();

    private static final Event BODY = new Event.Body();
    private static final Event TICKET_DRAWN = new Event.Queued(TICKET);
    private static final Event ASKED = new Event.Asked(FIRST);
    private static final Event ASKED_BESIDE = new Event.Hedged(SECOND);
    private static final Event CONTENT = new Event.Content(FIRST);
    private static final Event CONTENT_OF_SECOND = new Event.Content(SECOND);
    private static final Event FAILED = new Event.Failed(FIRST);
    private static final Event SECOND_FAILED = new Event.Failed(SECOND);
    private static final Event BROKE_OFF = new Event.BrokeOff();
    private static final Event OVER = new Event.Over();

    private static final List<Phase> PHASES =
            List.of(READING, LOOKING, QUEUED, ASKING, HEDGED, RELAYING, DONE);
    private static final List<Event> EVENTS =
            List.of(
                    BODY,
                    TICKET_DRAWN,
                    ASKED,
                    ASKED_BESIDE,
                    CONTENT,
                    CONTENT_OF_SECOND,
                    FAILED,
                    SECOND_FAILED,
                    BROKE_OFF,
                    OVER);

    /** All that leads somewhere but to the end; nothing else can happen. */
    private static final Map<Phase, Map<Event, Phase>> LEGAL =
            Map.of(
                    READING, Map.of(BODY, LOOKING),
                    LOOKING, Map.of(TICKET_DRAWN, QUEUED, ASKED, ASKING),
                    QUEUED, Map.of(TICKET_DRAWN, QUEUED, ASKED, ASKING),
                    ASKING, Map.of(ASKED_BESIDE, HEDGED, CONTENT, RELAYING, FAILED, LOOKING),
                    HEDGED,
                            Map.of(
                                    CONTENT,
                                    RELAYING,
                                    CONTENT_OF_SECOND,
                                    new Phase.Relaying(SECOND),
                                    FAILED,
                                    new Phase.Asking(List.of(SECOND)),
                                    SECOND_FAILED,
                                    ASKING),
                    RELAYING, Map.of(BROKE_OFF, LOOKING));

    static Stream<Arguments> all() {
        return PHASES.stream()
                .flatMap(phase -> EVENTS.stream().map(event -> Arguments.of(phase, event)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void leadsWhereTheDrawingSays(Phase phase, Event event) {
        Phase expected = LEGAL.getOrDefault(phase, Map.of()).get(event);
        if (phase == DONE || event == OVER) {
            assertThat(phase.on(event)).isEqualTo(DONE);
        } else if (expected != null) {
            assertThat(phase.on(event)).isEqualTo(expected);
        } else {
            assertThatThrownBy(() -> phase.on(event)).isInstanceOf(IllegalStateException.class);
        }
    }

    static Stream<Arguments> works() {
        return Stream.of(
                Arguments.of(READING, List.of()),
                Arguments.of(LOOKING, List.of()),
                Arguments.of(QUEUED, List.of(TICKET)),
                Arguments.of(ASKING, List.of(FIRST)),
                Arguments.of(HEDGED, List.of(FIRST, SECOND)),
                Arguments.of(RELAYING, List.of(FIRST)),
                Arguments.of(DONE, List.of()));
    }

    @ParameterizedTest
    @MethodSource("works")
    void knowsWhatRuns(Phase phase, List<Phase.Work> running) {
        assertThat(phase.work()).isEqualTo(running);
    }
}
