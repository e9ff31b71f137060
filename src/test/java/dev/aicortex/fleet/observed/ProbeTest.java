package dev.aicortex.fleet.observed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ControlCalls;
import dev.aicortex.ollama.ModelDetails;
import dev.aicortex.ollama.OllamaApi;
import dev.aicortex.ollama.RunningList;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Probes of a server whose answers the test gives. */
class ProbeTest {
    private final List<UniEmitter<? super TagList>> asked = new ArrayList<>();
    private final List<Probe.Result> found = new ArrayList<>();
    private Uni<RunningList> running = Uni.createFrom().item(new RunningList(List.of()));
    private final Probe probe =
            new Probe(
                    () -> ServerUrl.of("http://server-0:11434"),
                    new AnsweredByHand(),
                    Clock.systemUTC(),
                    found::add);

    private final class AnsweredByHand implements ControlCalls {
        @Override
        public Uni<TagList> tags(ServerUrl server) {
            return Uni.createFrom().emitter(asked::add);
        }

        @Override
        public Uni<RunningList> running(ServerUrl server) {
            return running;
        }

        @Override
        public Uni<OllamaApi.Version> version(ServerUrl server) {
            return Uni.createFrom().item(new OllamaApi.Version("0.20.0"));
        }

        @Override
        public Uni<ModelDetails> show(ServerUrl server, String model) {
            throw new AssertionError("a probe asks for no details");
        }
    }

    private Future<Void> run() {
        return probe.run(Duration.ZERO);
    }

    @Test
    void whoeverAsksMeanwhileSharesTheProbeThatRuns() {
        Future<Void> first = run();
        Future<Void> second = run();
        asked.getFirst().complete(new TagList(List.of()));
        assertThat(first.isComplete() && second.isComplete()).isTrue();
        assertThat(asked).hasSize(1);
    }

    @Test
    void afterAChangeTheProbeThatRunsIsNotBelieved() {
        run();
        Future<Void> first = probe.runAfresh();
        Future<Void> second = probe.runAfresh();
        asked.getFirst().complete(new TagList(List.of()));
        assertThat(first.isComplete()).isFalse();
        assertThat(asked).as("one further probe is enough for both").hasSize(2);
        asked.get(1).complete(new TagList(List.of()));
        assertThat(first.isComplete() && second.isComplete()).isTrue();
        assertThat(found).hasSize(2);
    }

    @Test
    void itTellsWhatRuns() {
        RunningModel model = new RunningModel("a:1b", "a:1b", 7, "d", null, null, 7, null);
        running = Uni.createFrom().item(new RunningList(List.of(model)));
        run();
        asked.getFirst().complete(new TagList(List.of()));
        assertThat(found)
                .containsExactly(
                        new Probe.Answered(new TagList(List.of()), "0.20.0", List.of(model)));
    }

    @Test
    void aServerThatDoesNotSayWhatRunsIsUpAllTheSame() {
        running = Uni.createFrom().failure(new IllegalStateException("404"));
        run();
        asked.getFirst().complete(new TagList(List.of()));
        assertThat(found)
                .containsExactly(new Probe.Answered(new TagList(List.of()), "0.20.0", List.of()));
    }

    @Test
    void aServerThatDoesNotListItsModelsIsDown() {
        run();
        asked.getFirst().fail(new IllegalStateException("it answered 500"));
        assertThat(found).containsExactly(new Probe.Failed("it answered 500"));
    }
}
