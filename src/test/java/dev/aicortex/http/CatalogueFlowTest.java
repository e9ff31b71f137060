package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.FamilyFile;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.FamilySchema;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalogue of a running gateway, over its volume and its fleet. */
@QuarkusTest
class CatalogueFlowTest extends GatewayFlow {
    private static final String PULLED = "mystery:7b";

    @Inject CatalogueStore store;
    @TempDir Path dir;
    private Path before;

    @BeforeEach
    void openAnEmptyVolume() {
        before = store.volume().dir();
        store.open(dir);
    }

    @AfterEach
    void openTheOldOne() {
        store.open(before);
    }

    /** The last event of the stream of a refresh. */
    private static String refresh() {
        String events = given().post("/admin/refresh").then().statusCode(200).extract().asString();
        return events.strip().lines().filter(line -> line.startsWith("data:")).toList().getLast();
    }

    private void pullOnTheFirst() {
        servers.first()
                .models(
                        List.of(
                                SimulatedModel.llama32(),
                                SimulatedModel.gemma3(),
                                SimulatedModel.named(PULLED)));
    }

    private String file(String family) throws IOException {
        return Files.readString(dir.resolve(family + ".json"));
    }

    @Test
    void aRefreshWritesWhatTheServersHold() throws IOException {
        assertThat(refresh()).contains("\"type\":\"finished\"", "\"servers\":3", "\"added\":2");
        assertThat(file("llama")).contains(MODEL, address(servers.first()));
        for (String family : List.of("llama", "gemma")) {
            assertThat(FamilySchema.mistakes(file(family))).isEmpty();
        }
        when().get("/catalogue/models/" + MODEL)
                .then()
                .body("available", equalTo(true))
                .body("servers", hasSize(3))
                .body("servers.status", everyItem(equalTo("up")))
                .body("context_length", equalTo(131072));
    }

    @Test
    void aPulledModelIsListedAtOnceAndCataloguedByTheNextRefresh() throws IOException {
        refresh();
        pullOnTheFirst();
        FleetFixtures.reset(fleet);
        when().get("/v1/models").then().body("data.id", hasItem(PULLED));
        when().get("/catalogue/models/" + PULLED).then().body("available", equalTo(true));
        assertThat(dir.resolve("others.json")).doesNotExist();
        refresh();
        assertThat(file("others")).contains(PULLED);
        when().get("/catalogue/models?q=mystery").then().body("models.name", hasItem(PULLED));
    }

    @Test
    void handWrittenWordsSurviveTenRuns() throws IOException {
        refresh();
        Path file = dir.resolve("llama.json");
        String edited =
                file("llama")
                        .replaceFirst(
                                "\"description\": \"[^\"]*\"",
                                "\"description\": \"by hand\", \"rank\": 1");
        Files.writeString(file, edited);
        for (int run = 0; run < 10; run++) {
            assertThat(refresh()).contains("finished");
        }
        assertThat(file("llama")).contains("\"by hand\"", "\"rank\": 1");
        when().get("/catalogue/models/" + MODEL).then().body("description", equalTo("by hand"));
    }

    @Test
    void aFileThatAPersonPutsThereCountsAndIsTakenOver() throws IOException {
        refresh();
        Files.writeString(
                dir.resolve("ours.json"),
                "{\"family\":\"ours\",\"models\":[{\"name\":\"LLAMA3.2:3b\",\"description\":\"words\"}]}");
        Files.writeString(
                dir.resolve("mine.json"),
                "{\"family\":\"mine\",\"models\":[{\"name\":\"my-model:1\",\"description\":\"ours\"}]}");
        store.reload();
        when().get("/catalogue/families/mine").then().body("models.name", hasItem("my-model:1"));
        when().get("/catalogue/models/" + MODEL)
                .then()
                .body("description", equalTo("words"))
                .body("family", equalTo("ours"))
                .body("servers", hasSize(3));
        refresh();
        assertThat(dir.resolve("mine.json")).isSymbolicLink();
        assertThat(file("ours")).contains("words", address(servers.first()));
        assertThat(dir.resolve("llama.json")).doesNotExist();
        when().get("/catalogue/models/my-model:1")
                .then()
                .body("description", equalTo("ours"))
                .body("available", equalTo(false));
    }

    @Test
    void aMalformedFileIsSkippedAndToldOf() throws IOException {
        Files.writeString(dir.resolve("bad.json"), "{\"family\":\"bad\",\n\"models\":[{]}");
        store.reload();
        when().get("/catalogue/families").then().body("families", hasSize(greaterThan(40)));
        when().get("/health")
                .then()
                .body("status", equalTo("degraded"))
                .body("catalogue.problem", containsString("bad.json, line 2"));
        assertThat(refresh()).contains("finished");
        assertThat(Files.readString(dir.resolve("bad.json"))).contains("{]}");
    }

    @Test
    void whatAPersonBreaksByEditingIsKeptForMendingAndTheOldWordsCount() throws IOException {
        refresh();
        Path file = dir.resolve("llama.json");
        Files.writeString(
                file,
                file("llama")
                        .replaceFirst("\"description\": \"[^\"]*\"", "\"description\": \"mine\""));
        assertThat(refresh()).contains("finished");
        Files.writeString(file, "{\"family\": oops");
        pullOnTheFirst();
        assertThat(refresh()).contains("finished", "\"generation\":\"00000003\"");
        when().get("/catalogue/models/" + MODEL).then().body("description", equalTo("mine"));
        assertThat(file("llama")).isEqualTo("{\"family\": oops");
        when().get("/health")
                .then()
                .body("catalogue.problem", containsString("llama.json, line 1"));
        Files.delete(file);
        assertThat(refresh()).contains("finished");
        when().get("/health").then().body("catalogue.status", equalTo("up"));
    }

    @Test
    void aServerThatIsDownKeepsItsModelsAsLastKnown() {
        refresh();
        servers.first().fault(new Fault.Refuse(), Fault.Scope.ALL);
        assertThat(refresh()).contains("\"failed\":1");
        FleetFixtures.reset(fleet);
        when().get("/catalogue/models/gemma3:270m")
                .then()
                .body("available", equalTo(false))
                .body("servers[0].status", equalTo("down"))
                .body("servers[0].holds", equalTo(true));
    }

    @Test
    void aFleetThatLosesTooMuchIsNotBelieved() throws IOException {
        refresh();
        servers.all().forEach(server -> server.models(List.of()));
        assertThat(refresh()).contains("failed", "2 of 2 models", "cortex.refresh.max-loss");
        assertThat(file("llama")).contains(MODEL);
        when().get("/health").then().body("catalogue.status", equalTo("degraded"));
        servers.heal();
        assertThat(refresh()).contains("finished");
        when().get("/health").then().body("catalogue.status", equalTo("up"));
    }

    @Test
    void aVolumeThatCannotBeWrittenLeavesTheOldCatalogueServing() throws IOException {
        refresh();
        // A file where the folder of the generations has to be: also root cannot write there.
        new Disk().rename(dir.resolve("generations"), dir.resolve("kept"));
        Files.createSymbolicLink(dir.resolve("generations"), Path.of("/proc/self"));
        Path current = dir.resolve("current");
        Files.delete(current);
        Files.createSymbolicLink(current, Path.of("kept/00000001"));
        pullOnTheFirst();
        assertThat(refresh()).contains("\"type\":\"failed\"", "cannot be used");
        when().get("/health").then().body("catalogue.status", equalTo("degraded"));
        when().get("/q/health/ready").then().statusCode(200).body(containsString("degraded"));
        when().get("/catalogue/models/" + MODEL).then().body("family", equalTo("llama"));
        post("/v1/chat/completions", body(MODEL, false)).then().statusCode(200);
    }

    @Test
    void anotherReplicaAtWorkIsLeftAlone() throws Exception {
        try (Lease held = Lease.take(store.volume(), "another replica", Clock.systemUTC())) {
            assertThat(refresh()).contains("skipped", "another replica");
            assertThat(dir.resolve("current")).doesNotExist();
            held.renew();
        }
        assertThat(refresh()).contains("finished");
    }

    @Test
    void whatAnotherReplicaWroteIsTakenOver() throws IOException {
        refresh();
        String text = FamilyFile.line(store.catalogue().family("llama").orElseThrow());
        Path placed = dir.resolve("copied.json");
        Files.write(
                placed, text.replace("\"llama\"", "\"copied\"").getBytes(StandardCharsets.UTF_8));
        store.reload();
        assertThat(store.catalogue().family("copied")).isPresent();
    }

    private static JsonPath admin(String path) {
        return when().get(path).then().statusCode(200).extract().jsonPath();
    }

    @Test
    void theLastRefreshesAreToldOfTheLatestFirst() throws Exception {
        refresh();
        try (Lease _ = Lease.take(store.volume(), "another replica", Clock.systemUTC())) {
            refresh();
        }
        servers.all().forEach(server -> server.models(List.of()));
        refresh();

        JsonPath runs = admin("/admin/refresh");

        assertThat(runs.getList("runs.status", String.class).subList(0, 3))
                .containsExactly("failed", "skipped", "finished");
        assertThat(runs.getString("runs[0].reason")).contains("cortex.refresh.max-loss");
        assertThat(runs.getString("runs[1].reason")).contains("another replica");
        assertThat(runs.getList("runs[2].steps.step"))
                .containsExactly("check", "fetch", "resolve", "apply");
        assertThat(runs.getMap("runs[2]"))
                .containsEntry("servers", 3)
                .containsEntry("failed", 0)
                .containsEntry("added", 2)
                .containsEntry("generation", "00000001")
                .containsEntry("warnings", List.of())
                .doesNotContainKey("reason");
        assertThat(runs.getList("runs[0].steps.step")).contains("check", "resolve");
        assertThat(runs.getMap("runs[0]")).doesNotContainKeys("added", "generation");
        assertThat(runs.getInt("runs[2].steps[0].done")).isEqualTo(3);
    }

    @Test
    void generationsAreListedComparedAndRestored() throws IOException {
        refresh();
        pullOnTheFirst();
        refresh();

        JsonPath kept = admin("/admin/generations");
        assertThat(kept.getList("generations.generation")).containsExactly("00000002", "00000001");
        assertThat(kept.getList("generations.current")).containsExactly(true, false);
        assertThat(kept.getList("generations.models")).containsExactly(3, 2);
        assertThat(admin("/admin/generations/1/diff").getMap(""))
                .containsEntry("from", "00000001")
                .containsEntry("to", "00000002")
                .containsEntry("added", List.of(Map.of("model", PULLED, "family", "others")))
                .containsEntry("changed", List.of())
                .containsEntry("removed", List.of());
        assertThat(admin("/admin/generations/2/diff?to=1").getList("removed.model"))
                .containsExactly(PULLED);

        JsonPath restored =
                when().post("/admin/generations/1/restore")
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath();

        assertThat(restored.getMap(""))
                .isEqualTo(
                        Map.of("generation", "00000001", "before", "00000002", "by_hand", false));
        when().get("/health").then().body("catalogue.generation", equalTo("00000001"));
        assertThat(admin("/admin/generations").getList("generations.current"))
                .containsExactly(false, true);
        assertThat(refresh()).contains("\"added\":1", "\"generation\":\"00000003\"");
        assertThat(admin("/admin/generations/1/diff?to=3").getList("added.model"))
                .containsExactly(PULLED);
    }

    @Test
    void aChangedModelIsToldFieldByField() {
        refresh();
        String digest = "b".repeat(64);
        SimulatedModel other = SimulatedModel.llama32().withDigest(digest);
        servers.all().forEach(server -> server.models(List.of(other, SimulatedModel.gemma3())));
        refresh();

        JsonPath diff = admin("/admin/generations/1/diff");

        assertThat(diff.getList("changed.model")).containsExactly("gemma3:270m", MODEL);
        assertThat(diff.getList("changed[0].fields.field")).containsExactly("servers");
        assertThat(diff.getList("changed[0].fields[0].from")).hasSize(1);
        assertThat(diff.getList("changed[0].fields[0].to")).hasSize(3);
        assertThat(diff.getString("changed[1].fields.find { it.field == 'digest' }.to"))
                .isEqualTo(digest);
    }

    @Test
    void aGenerationThatIsNotKeptIsA404ThatNamesThoseThatAre() {
        refresh();
        for (String path : List.of("/admin/generations/7/diff", "/admin/generations/1/diff?to=x")) {
            when().get(path)
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("generation_not_found"))
                    .body("error", containsString("it keeps 00000001"));
        }
        when().post("/admin/generations/7/restore")
                .then()
                .statusCode(404)
                .body("error", containsString("there is no generation '7'"));
        when().get("/health").then().body("catalogue.generation", equalTo("00000001"));
    }

    @Test
    void anEmptyVolumeHasNoGenerationAndIsNotMade() throws IOException {
        Path nowhere = dir.resolve("nowhere");
        store.open(nowhere);
        assertThat(admin("/admin/generations").getList("generations")).isEmpty();
        when().post("/admin/generations/1/restore")
                .then()
                .statusCode(404)
                .body("error", containsString("it keeps none"));
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void whileAnotherChangesTheCatalogueNothingIsRestored() throws Exception {
        refresh();
        pullOnTheFirst();
        refresh();
        try (Lease _ = Lease.take(store.volume(), "another replica", Clock.systemUTC())) {
            when().post("/admin/generations/1/restore")
                    .then()
                    .statusCode(409)
                    .body("error", containsString("another replica"));
        }
        when().get("/health").then().body("catalogue.generation", equalTo("00000002"));
    }

    @Test
    void generationsAreForOperatorsAlone() {
        given().header("X-Forwarded-For", "10.0.0.1")
                .post("/admin/generations/1/restore")
                .then()
                .statusCode(403);
        given().header("X-Forwarded-For", "10.0.0.1").get("/admin/refresh").then().statusCode(403);
    }

    @Test
    void theFiltersAreCombined() {
        when().get("/catalogue/models?family=llama&tag=code&capability=completion")
                .then()
                .body("models.name", hasItem("codellama:13b"))
                .body("models.name", not(hasItem(MODEL)));
        when().get("/catalogue/models?q=no-such-thing").then().body("models", hasSize(0));
    }

    @Test
    void aPageIsCutOutAndAnImpossibleOneIsRefusedInWords() {
        when().get("/catalogue/models?offset=1&limit=2").then().body("models", hasSize(2));
        when().get("/catalogue/models?offset=9999999999").then().body("models", hasSize(0));
        when().get("/catalogue/models?limit=all")
                .then()
                .statusCode(400)
                .body("error", containsString("limit: 'all' is no whole number"));
    }

    @Test
    void unknownNamesAreA404WithTheNearest() {
        when().get("/catalogue/models/lama3.2:3b")
                .then()
                .statusCode(404)
                .body("error", containsString("did you mean llama3.2:3b"));
        when().get("/catalogue/families/lama")
                .then()
                .statusCode(404)
                .body("error", containsString("did you mean llama"));
    }

    @Test
    void adminAnswersNoForeignPage() {
        given().header("Origin", "https://evil.example")
                .post("/admin/refresh")
                .then()
                .statusCode(403);
        given().header("Host", "evil.example").post("/admin/refresh").then().statusCode(403);
        given().header("Host", "evil.example")
                .header("X-Forwarded-For", "127.0.0.1")
                .header("X-Forwarded-Host", "localhost")
                .post("/admin/refresh")
                .then()
                .statusCode(403);
    }

    @Test
    void theMetricsTellOfIt() {
        refresh();
        assertThat(get("/q/metrics").asString())
                .contains(
                        "cortex_catalogue_models",
                        "cortex_catalogue_age_seconds",
                        "cortex_refresh_step_seconds_count{step=\"check\"}",
                        "cortex_refresh_servers_total{result=\"up\"}",
                        "cortex_refresh_models_total{change=\"added\"}");
    }
}
