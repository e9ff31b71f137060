package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.ManageProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the {@code ollama} command asks, in one session: a fleet answers as one server does. */
@QuarkusTest
@TestProfile(ManageProfile.class)
class OllamaCommandTest extends GatewayFlow {
    private static final String SESSION = "ollama-cli";

    /** What the gateway answers itself, whatever a server would. */
    private static final Set<String> OWN =
            Set.of(
                    "/api/status",
                    "/api/me",
                    "/api/signout",
                    "/api/experimental/model-recommendations");

    @Test
    void isAnsweredByAFleetAsByOneServer() throws IOException {
        List<SimulatedModel> held = List.of(SimulatedModel.llama32());
        servers.all().forEach(server -> server.models(held));
        FleetFixtures.reset(fleet);
        try (SimulatedServer one = Chats.server(Settings.defaults().withModels(held))) {
            for (Recording asked : Recording.in(SESSION, Generation.LLAMA_SERVER)) {
                if (asked.name().equals("ps")) { // a load shows within the second that lists last
                    await().untilAsserted(() -> isAnsweredAlike(asked, one));
                } else {
                    isAnsweredAlike(asked, one);
                }
            }
        }
    }

    private static void isAnsweredAlike(Recording asked, SimulatedServer one) throws IOException {
        RawHttp.Answer answer = asked.replay(gateway());
        RawHttp.Answer meant =
                OWN.contains(asked.path()) ? asked.answer() : asked.replay(one.url());
        assertThat(answer.status()).as(asked.name()).isEqualTo(asked.answer().status());
        assertThat(type(answer)).as(asked.name()).isEqualTo(type(meant));
        assertThat(shapes(answer)).as(asked.name()).isEqualTo(shapes(meant));
    }

    private static List<String> type(RawHttp.Answer answer) {
        return answer.head().all("Content-Type").stream()
                .map(type -> type.replaceFirst(";.*", ""))
                .toList();
    }

    /** Of each line, or of each model in a list: in which order they come is not compared. */
    private static Set<String> shapes(RawHttp.Answer answer) throws IOException {
        JsonNode models =
                answer.body().startsWith("{\"models\"")
                        ? new ObjectMapper().readTree(answer.body()).get("models")
                        : null;
        return (models == null
                        ? answer.body().lines()
                        : models.valueStream().map(JsonNode::toString))
                .map(Skeleton::of)
                .map(shape -> shape.replaceAll("(server:string|code:string) ", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
