package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.head;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which models are in whose memory. */
@QuarkusTest
class RunningModelsTest extends GatewayFlow {
    private static final ObjectMapper JSON = new ObjectMapper();

    private void loadOn(int server, String model) {
        post(
                servers.all().get(server).url() + "/api/generate",
                "{\"model\":\"%s\",\"keep_alive\":-1}".formatted(model));
    }

    @Test
    void psTellsOfEachServerWhatItsMemoryHolds() throws IOException {
        loadOn(0, FIRST_ONLY);
        loadOn(2, MODEL);
        FleetFixtures.reset(fleet);
        JsonNode models = JSON.readTree(get("/api/ps").asString()).path("models");
        assertThat(models.findValuesAsText("server"))
                .contains(address(servers.first()), address(servers.all().get(2)));
        assertThat(models)
                .isNotEmpty()
                .allSatisfy(model -> assertThat(names(model)).isEqualTo(recordedNames()));
        assertThat(models.findValuesAsText("name")).contains(FIRST_ONLY, MODEL);
        assertThat(models.findValuesAsText("model")).contains(FIRST_ONLY, MODEL);
    }

    /** The fields of a real server's answer in their order, and ours after them. */
    private static List<String> recordedNames() throws IOException {
        JsonNode exchange =
                JSON.readTree(Path.of("src/test/resources/exchanges/25-ps-loaded.json").toFile());
        String body = exchange.at("/response/chunks/0/text").asText();
        List<String> names = names(JSON.readTree(body).at("/models/0"));
        names.add("server");
        return names;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        ((ObjectNode) object).fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void theFleetKnowsByDigestWhatRunsWhere() {
        loadOn(0, FIRST_ONLY);
        FleetFixtures.reset(fleet);
        ServerState first = fleet.snapshot().states().getFirst();
        assertThat(first.running())
                .extracting(RunningModel::digest)
                .contains(servers.first().models().getLast().digest());
        assertThat(first.models().values())
                .extracting(TagList.Tag::digest)
                .containsAll(first.running().stream().map(RunningModel::digest).toList());
    }

    @Test
    void aServerThatIsDownRunsNothing() {
        loadOn(0, FIRST_ONLY);
        servers.first().fault(new Fault.Refuse());
        FleetFixtures.reset(fleet);
        assertThat(get("/api/ps").jsonPath().getList("models.server", String.class))
                .doesNotContain(address(servers.first()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/version", "/api/tags", "/api/ps"})
    void headIsAnsweredWhereGetIs(String path) {
        assertThat(head(path).statusCode()).isEqualTo(200);
        assertThat(head(path).asString()).isEmpty();
    }
}
