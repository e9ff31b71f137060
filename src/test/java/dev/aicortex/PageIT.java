package dev.aicortex;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import dev.aicortex.cli.AicortexCommand;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.Browser;
import dev.aicortex.testing.OnThePath;
import dev.aicortex.testing.Program;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of the packaged program in a real browser, in front of simulated servers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageIT {
    private static final String MODEL = "llama3.2:3b";
    private static final String CHAT = "/v1/chat/completions";
    private static final List<String> NAMES = List.of("attic", "garage", "office");
    private static final String TOKEN = "the-token-of-the-operator";

    /** What each view shows once it has what it asked for. */
    private static final Path IMAGES = Path.of(System.getProperty("page.images", "target/page"));

    private final Vertx vertx = Vertx.vertx();
    private SimulatedFleet fleet;
    private Program program;
    private Browser browser;

    @BeforeAll
    void start() throws IOException {
        assumeTrue(OnThePath.has(Browser.PROGRAM), "chromium is not installed");
        fleet = SimulatedFleet.start(vertx, 3, settings());
        program = start(Map.of());
        browser = new Browser();
        use(program.ready());
    }

    private static Settings settings() {
        return Settings.defaults()
                .withModels(List.of(SimulatedModel.llama32(), SimulatedModel.qwen3()))
                .withTokensPerSecond(40)
                .withTokensPerAnswer(200)
                .withLoadTime(Duration.ZERO);
    }

    private Program start(Map<String, String> more) throws IOException {
        Map<String, String> environment = new HashMap<>(more);
        environment.putAll(servers());
        return Program.start(environment, "--port", "0");
    }

    private Map<String, String> servers() {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            environment.put(
                    "CORTEX_SERVER_%s_URL".formatted(NAMES.get(i).toUpperCase(Locale.ROOT)),
                    fleet.urls().get(i).toString());
        }
        return environment;
    }

    /** Something to look at: requests of some people, one of which fails over and one is wrong. */
    private static void use(URI gateway) {
        for (int i = 0; i < 12; i++) {
            ask(gateway, i % 3 == 0 ? "qwen3:8b" : MODEL, List.of("ann", "ben", "cat").get(i % 3))
                    .statusCode(200);
        }
        ask(gateway, "no-such-model", "ben").statusCode(404);
    }

    private static ValidatableResponse ask(URI gateway, String model, String user) {
        return RestAssured.given()
                .header("X-Cortex-User", user)
                .body(body(model, 12))
                .post(gateway + CHAT)
                .then();
    }

    private static String body(String model, int tokens) {
        return "{\"model\":\"%s\",\"stream\":true,\"max_tokens\":%d,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(model, tokens);
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (browser != null) {
            browser.close();
            program.close();
            fleet.close();
        }
        vertx.close();
    }

    @AfterEach
    void nothingIsComplainedOf() {
        assertThat(browser.complaints()).isEmpty();
    }

    /** Opens a view and waits until it has what it asked for. */
    private Page view(String name) {
        Page page = browser.at(program.url(), "/ui/#/" + name);
        shown(page);
        return page;
    }

    private static void shown(Page page) {
        assertThat(page.locator("main > :not(h1):not(.loading)").first()).isVisible();
        assertThat(page.locator("main .loading")).hasCount(0);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator row(Page page, String words) {
        return page.locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText(words))
                .first();
    }

    @Test
    void aServerThatDiesIsShownAsDownWithItsReasonAndComesBack() {
        SimulatedServer server = fleet.servers().getLast();
        String name = NAMES.getLast();
        Page page = view("fleet");
        assertThat(row(page, name).locator(".state")).hasText("up");

        server.fault(new Fault.Refuse());

        assertThat(row(page, name).locator(".state")).hasText("down");
        assertThat(row(page, name)).containsText("connection");
        server.fault(Fault.none());
        assertThat(row(page, name).locator(".state"))
                .hasText("up", new LocatorAssertions.HasTextOptions().setTimeout(60_000));
    }

    @Test
    void serversAreFoundByWordsAndStateAndAreDrained() {
        String name = NAMES.getFirst();
        Page page = view("fleet");
        page.getByRole(AriaRole.SEARCHBOX).fill(name);
        assertThat(page.locator("tbody tr")).hasCount(1);
        row(page, name).getByRole(AriaRole.BUTTON).first().click();
        button(page, "Drain").click();
        assertThat(page.getByRole(AriaRole.DIALOG).locator(".state")).hasText("draining");
        page.keyboard().press("Escape");
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);

        page.navigate(program.url() + "/ui/#/fleet?state=draining");
        assertThat(page.locator("tbody tr")).hasCount(1);
        row(page, name).getByRole(AriaRole.BUTTON).first().click();
        button(page, "Undrain").click();
        assertThat(page.getByRole(AriaRole.DIALOG).locator(".state")).hasText("up");
    }

    @Test
    void aServerIsDrainedByTheKeyboardAlone() {
        Page page = view("fleet");
        page.keyboard().press("/");
        page.keyboard().type(NAMES.get(1));
        assertThat(page.locator("tbody tr")).hasCount(1);
        press(page, "Tab", "tbody button");
        page.keyboard().press("Enter");
        press(page, "Tab", "dialog button:text-is('Drain')");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.DIALOG).locator(".state")).hasText("draining");
        press(page, "Tab", "dialog button:text-is('Undrain')");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.DIALOG).locator(".state")).hasText("up");
        page.keyboard().press("Escape");
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
    }

    /** Until the focus is there; a page has fewer places to go to than this. */
    private static void press(Page page, String key, String until) {
        Locator wanted = page.locator(until);
        wanted.waitFor();
        for (int i = 0; i < 60 && !focused(wanted); i++) {
            page.keyboard().press(key);
        }
        assertThat(wanted).isFocused();
    }

    private static boolean focused(Locator wanted) {
        return (boolean) wanted.evaluate("element => element === document.activeElement");
    }

    @Test
    void anAnswerStreamsAndIsStoppedAtTheServer() {
        Page page = browser.at(program.url(), "/ui/#/try?model=" + MODEL);
        page.locator("#ask").fill("Tell me a long story.");
        page.keyboard().press("Enter");
        await().until(() -> workedOn() == 1);
        assertThat(page.locator(".talk")).containsText("the");

        page.locator("form").getByText("Stop").click();

        await().until(() -> workedOn() == 0);
        assertThat(button(page, "Send")).isVisible();
    }

    private int workedOn() {
        return fleet.servers().stream().mapToInt(server -> server.counters().inFlight()).sum();
    }

    @Test
    void twoModelsAnswerSideBySide() {
        Page page = browser.at(program.url(), "/ui/#/try?model=" + MODEL);
        button(page, "Compare").click();
        page.locator("#ask").fill("Which of you is faster?");
        page.keyboard().press("Enter");
        assertThat(page.locator(".answers.two article h2"))
                .hasText(new String[] {MODEL, "qwen3:8b"});
        assertThat(page.locator(".answers.two details.told"))
                .hasCount(2, new LocatorAssertions.HasCountOptions().setTimeout(30_000));
        page.context().close();
    }

    @Test
    void toolsASchemaAndAPictureGoToTheServer() {
        Page page = browser.at(program.url(), "/ui/#/try?model=" + MODEL);
        button(page, "Settings").click();
        page.getByLabel("Tools, as JSON").fill("[{\"type\":\"function\"");
        page.locator("#ask").fill("What is on this picture?");
        page.keyboard().press("Enter");
        assertThat(page.locator("#wrong-tools")).isVisible(); // and nothing is sent
        page.getByLabel("Tools, as JSON").fill("");
        page.locator(".settings .field")
                .filter(new Locator.FilterOptions().setHasText("Tools, as JSON"))
                .getByRole(AriaRole.BUTTON)
                .click();
        page.getByLabel("Answer as").selectOption("schema");
        page.getByLabel("JSON schema").fill("{\"type\":\"object\"}");
        page.getByLabel("Temperature").fill("0.3");
        page.locator("input[type=file]")
                .setInputFiles(new FilePayload("dot.png", "image/png", new byte[] {1, 2, 3}));
        assertThat(page.locator("form .thumbnails li")).hasCount(1);
        page.locator("#ask").press("Enter");

        JsonPath sent = JsonPath.from(await().until(() -> sent("this picture"), not("")));

        assertThat(sent.getString("tools[0].function.name")).isEqualTo("weather");
        assertThat(sent.getString("messages[-1].images[0]")).isEqualTo("AQID");
        assertThat(sent.getString("format.type")).isEqualTo("object");
        assertThat(sent.getDouble("options.temperature")).isEqualTo(0.3);
        page.context().close();
    }

    /** What a server got that has these words; empty while none has. */
    private String sent(String words) {
        return fleet.servers().stream()
                .flatMap(server -> server.received().stream())
                .map(ReceivedRequest::text)
                .filter(text -> text.contains(words))
                .findFirst()
                .orElse("");
    }

    @Test
    void aModelIsPulledWithItsProgressAndDeleted() throws Exception {
        try (SimulatedServer server = SimulatedServer.start(vertx, settings());
                Program gateway =
                        Program.start(
                                Map.of(
                                        "CORTEX_SERVERS",
                                        server.url().toString(),
                                        "CORTEX_MANAGE",
                                        "true"),
                                "--port",
                                "0")) {
            Page page = browser.at(gateway.ready(), "/ui/#/models");
            button(page, "Pull a model").click();
            page.locator("dialog input[name=model]").fill("gemma3:4b");
            button(page, "Pull").click();
            assertThat(page.locator(".pulls .good")).containsText("Done");
            assertThat(server.models()).extracting(SimulatedModel::name).contains("gemma3:4b");
            row(page, "gemma3:4b").click();
            button(page, "Delete").click();
            page.locator("dialog .danger").click();
            await().until(() ->
                    server.models().stream().noneMatch(model -> model.name().equals("gemma3:4b")));
            page.context().close();
        }
    }

    @Test
    void whatModelsAndServersWriteRunsNothing() throws Exception {
        String script =
                "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
        try (SimulatedServer server =
                        SimulatedServer.start(
                                vertx,
                                settings()
                                        .withText(
                                                script + " [link](javascript:alert(1)) **bold**"));
                Program gateway =
                        Program.start(
                                Map.of("CORTEX_SERVERS", server.url().toString()), "--port", "0")) {
            Page page = browser.at(gateway.ready(), "/ui/#/try?model=" + MODEL);
            page.locator("#ask").fill("<b>Hello</b> " + script);
            page.keyboard().press("Enter");
            assertThat(page.locator(".talk strong").first()).hasText("bold");
            assertThat(page.locator(".talk")).containsText("<script>");
            assertThat(page.locator(".talk a[href^=javascript]")).hasCount(0);

            server.fault(new Fault.Status500(script));
            page.locator("#ask").fill("Again");
            page.keyboard().press("Enter");
            assertThat(page.locator(".talk .failure")).isVisible();
            page.navigate(gateway.url() + "/ui/#/fleet");
            assertThat(page.locator("tbody tr")).hasCount(1);
            page.locator("tbody button").first().click();
            assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
            assertThat(page.locator("main img[src=x], dialog img[src=x]")).hasCount(0);
            assertThat(page.title()).isNotEqualTo("run");
            page.context().close();
        }
    }

    @Test
    void aKeyIsMadeShownOnceUsedAndCounted() throws Exception {
        try (Program gateway = start(Map.of("CORTEX_ADMIN_TOKEN", TOKEN))) {
            URI url = gateway.ready();
            Page page = browser.at(url, "/ui/#/keys");
            button(page, "New key").click();
            page.locator("dialog input[name=name]").fill("carol");
            page.locator("dialog input[name=rpm]").fill("50");
            button(page, "Create").click();
            String secret = page.locator("#secret").textContent();
            assertThat(secret).startsWith("ck-");
            button(page, "I have it").click();
            assertThat(page.locator("#secret")).hasCount(0);

            row(page, "carol").click();
            button(page, "Change…").click();
            assertThat(page.locator("dialog input[name=rpm]")).hasValue("50");
            page.locator("dialog input[name=rpm]").fill("");
            page.locator("dialog input[name=concurrent]").fill("4");
            button(page, "Change").click();
            assertThat(row(page, "carol")).containsText("4 at once");
            assertThat(row(page, "carol")).not().containsText("50 rpm");

            RestAssured.given()
                    .auth()
                    .oauth2(secret)
                    .body(
                            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                                    .formatted(MODEL))
                    .post(url + "/v1/chat/completions")
                    .then()
                    .statusCode(200);

            page.navigate(url + "/ui/#/requests");
            assertThat(row(page, "carol")).containsText("complete");
            page.navigate(url + "/ui/#/usage?by=key");
            assertThat(row(page, "carol")).isVisible();
            int told =
                    operator()
                            .get(url + "/admin/usage?by=key")
                            .path("usage.find { it.key == 'carol' }.completion_tokens");
            assertThat(row(page, "carol")).containsText(String.format(Locale.ENGLISH, "%,d", told));
            page.context().close();
        }
    }

    /** The page, the metrics and the command tell the same of the same requests. */
    @Test
    void itsSumsAreThoseOfTheMetricsAndTheCommand() throws Exception {
        try (Program gateway = start(Map.of())) {
            URI url = gateway.ready();
            for (String user : List.of("ann", "ben", "cat")) {
                ask(url, MODEL, user).statusCode(200);
            }
            Page page = browser.at(url, "/ui/#/usage");
            assertThat(figure(page, "Requests")).hasText("3");
            long prompt = number(figure(page, "Prompt"));
            long completion = number(figure(page, "Completion"));
            assertThat(completion).isPositive();

            JsonPath usage =
                    JsonPath.from(command("usage", "--output", "json", "--url", url.toString()));
            assertThat(usage.getLong("total.prompt_tokens")).isEqualTo(prompt);
            assertThat(usage.getLong("total.completion_tokens")).isEqualTo(completion);
            assertThat(metric(url, "kind=\"prompt\"")).isEqualTo(prompt);
            assertThat(metric(url, "kind=\"completion\"")).isEqualTo(completion);

            page.navigate(url + "/ui/#/fleet");
            assertThat(page.locator("tbody tr")).hasCount(NAMES.size());
            String fleet = command("top", "--once", "--url", url.toString());
            for (String name : NAMES) {
                String line =
                        fleet.lines()
                                .filter(each -> each.startsWith(name))
                                .findFirst()
                                .orElseThrow();
                for (Locator cell :
                        List.of(row(page, name).locator(".state"), places(page, name))) {
                    assertThat(line).contains(" " + cell.textContent().strip() + " ");
                }
            }
            page.context().close();
        }
    }

    /** How many requests of how many. */
    private static Locator places(Page page, String name) {
        return row(page, name).locator(".meter > span");
    }

    private static Locator figure(Page page, String name) {
        return page.locator(".figure")
                .filter(
                        new Locator.FilterOptions()
                                .setHas(
                                        page.getByText(
                                                name, new Page.GetByTextOptions().setExact(true))))
                .locator("dd");
    }

    private static long number(Locator figure) {
        return Long.parseLong(figure.textContent().strip().replace(",", ""));
    }

    private static long metric(URI gateway, String label) {
        return RestAssured.get(gateway + "/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("cortex_tokens_total{") && line.contains(label))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static String command(String... arguments) {
        StringWriter out = new StringWriter();
        AicortexCommand.commandLine().setOut(new PrintWriter(out, true)).execute(arguments);
        return out.toString();
    }

    @Test
    void aCookieThatHasExpiredAsksForTheKeyAgain() throws Exception {
        try (Program gateway = start(Map.of("CORTEX_ADMIN_TOKEN", TOKEN))) {
            URI url = gateway.ready();
            operator().body("{\"name\":\"erin\"}").post(url + "/admin/keys").then().statusCode(201);
            URI named = URI.create("http://gateway.internal:" + url.getPort());
            Page page = browser.at(named, "/ui/#/models");
            signIn(page, TOKEN);
            assertThat(row(page, MODEL)).isVisible();

            page.context().clearCookies(); // as the browser does when its time is over

            page.locator("nav a", new Page.LocatorOptions().setHasText("Usage")).click();
            assertThat(page.locator("input[name=key]")).isVisible();
            signIn(page, TOKEN);
            assertThat(page.locator("nav")).containsText("admin token");
            assertThat(page.url()).endsWith("#/usage");
            page.context().close();
        }
    }

    private static RequestSpecification operator() {
        return RestAssured.given().auth().oauth2(TOKEN);
    }

    private static void signIn(Page page, String secret) {
        page.locator("input[name=key]").fill(secret);
        button(page, "Sign in").click();
    }

    @Test
    void aKeyOpensAsMuchOfThePageAsItsRoleAndNothingOnceItIsRevoked() throws Exception {
        try (Program gateway = start(Map.of("CORTEX_ADMIN_TOKEN", TOKEN))) {
            URI url = gateway.ready();
            String secret =
                    operator()
                            .body("{\"name\":\"dave\",\"role\":\"use\"}")
                            .post(url + "/admin/keys")
                            .path("secret");
            operator().body("{\"name\":\"erin\"}").post(url + "/admin/keys").then().statusCode(201);
            Page page = browser.at(URI.create("http://gateway.internal:" + url.getPort()), "/ui/");
            signIn(page, "ck-wrong");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("not known");
            signIn(page, secret);
            assertThat(page.locator("nav")).containsText("dave");
            assertThat(page.locator("nav a"))
                    .hasText(new String[] {"Models", "Usage", "Try it", "Connect"});
            assertThat(row(page, MODEL)).isVisible(); // all that this view asks for has come

            operator().delete(url + "/admin/keys/dave").then().statusCode(204);

            page.locator("nav a", new Page.LocatorOptions().setHasText("Usage")).click();
            assertThat(page.locator("input[name=key]")).isVisible();

            signIn(page, TOKEN);
            assertThat(page.locator("nav")).containsText("admin token");
            page.context().close();
        }
    }

    @Test
    void theStreamOfEventsSurvivesARestart() throws Exception {
        int port;
        Page page;
        try (Program gateway = start(Map.of())) {
            port = gateway.ready().getPort();
            page = browser.at(gateway.url(), "/ui/#/fleet");
            assertThat(page.locator("tbody tr")).hasCount(fleet.urls().size());
        }
        assertThat(page.locator("header")).containsText("reconnecting");
        try (Program gateway = Program.start(servers(), "--port", Integer.toString(port))) {
            gateway.ready();
            assertThat(page.locator("header"))
                    .not()
                    .containsText(
                            "reconnecting",
                            new LocatorAssertions.ContainsTextOptions().setTimeout(30_000));
            assertThat(page.locator("header .fleet-status")).hasText("up");
            page.context().close();
        }
    }

    @Test
    void theWayOfARequestThatFailedOverIsDrawn() {
        fleet.fault(new Fault.Empty200(), 1);
        String id =
                ask(program.url(), MODEL, "dan").statusCode(200).extract().header("x-request-id");
        Page page = view("requests?request=" + id);
        assertThat(page.locator("dialog .timeline .bad")).hasCount(1);
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("dan");
        picture(page, "request");
        page.context().close();
    }

    @Test
    void promptAndAnswerAreShownWhereTheyAreKept() throws Exception {
        try (Program gateway = start(Map.of("CORTEX_CAPTURES", "5"))) {
            URI url = gateway.ready();
            String id = ask(url, MODEL, "eve").statusCode(200).extract().header("x-request-id");
            Page page = browser.at(url, "/ui/#/requests?request=" + id);
            assertThat(page.locator("header .badge")).hasText("prompts are kept");
            Locator prompt = page.getByLabel("Prompt", new Page.GetByLabelOptions().setExact(true));
            Locator answer = page.getByLabel("Answer", new Page.GetByLabelOptions().setExact(true));
            assertThat(page.getByRole(AriaRole.DIALOG)).containsText("the last 5 requests");
            assertThat(prompt).hasCount(0);

            button(page, "Show them").click();

            assertThat(prompt).hasText(body(MODEL, 12));
            assertThat(answer).containsText("data: [DONE]");
            page.context().close();
        }
    }

    @Test
    void theFleetIsShownAtWork() throws Exception {
        Page page = view("fleet");
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 7; i++) {
                String body = body(i % 3 == 0 ? "qwen3:8b" : MODEL, 200);
                people.submit(() ->
                        RestAssured.given()
                                .body(body)
                                .post(program.url() + CHAT)
                                .asString()); // to its end
            }
            assertThat(page.locator(".figure", new Page.LocatorOptions().setHasText("In flight")))
                    .containsText("7 of");
            picture(page, "fleet");
        }
        assertThat(page.locator(".figure", new Page.LocatorOptions().setHasText("In flight")))
                .containsText("0 of");
        page.context().close();
    }

    private static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(IMAGES.resolve(name + ".png")));
    }

    /** What it takes is written to a file for docs/performance.md: time is nothing to assert. */
    @Test
    void fiveHundredServersAreDrawnAsFarAsTheyAreInSight() throws IOException {
        Page page = browser.window();
        page.addInitScript(Path.of("src/test/resources/page/busy-fleet.js"));
        page.navigate(program.url() + "/ui/#/fleet");
        assertThat(page.locator("tbody tr").first()).isVisible();
        assertThat(page.locator(".figures")).containsText("of 500");
        assertThat(page.locator("tbody tr").count()).isBetween(10, 60);
        Object frames = page.evaluate(FRAMES);
        page.locator(".table-box").evaluate("box => box.scrollTop = box.scrollHeight");
        assertThat(row(page, "gpu-499")).isVisible();
        tell("500 servers, 1,000 events a second: frames a second", frames);
        page.context().close();
    }

    /** How many frames a browser draws in a second, over five of them. */
    private static final String FRAMES =
            """
            () => new Promise(done => {
              const begun = performance.now();
              let frames = 0;
              const next = now => now - begun < 5000
                ? (frames++, requestAnimationFrame(next))
                : done(Math.round(frames / 5));
              requestAnimationFrame(next);
            })\
            """;

    @Test
    void theFirstLoadIsSmall() throws IOException {
        Page page = view("fleet");
        assertThat(page.locator("tbody tr").first()).isVisible();
        int bytes =
                (int)
                        page.evaluate(
                                "() => performance.getEntries().filter(e => e.transferSize && !e.name.includes('/api/')).reduce((sum, e) => sum + e.transferSize, 0)");
        assertThat(bytes).isBetween(10_000, 150_000);
        tell("bytes of the first load", bytes);
        tell(
                "milliseconds until the fleet is drawn",
                page.evaluate(
                        "() => Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime)"));
        page.context().close();
    }

    private static void tell(String what, Object figure) throws IOException {
        Files.createDirectories(IMAGES);
        Files.writeString(
                IMAGES.resolve("figures.txt"),
                what + ": " + figure + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fleet", "models", "requests", "usage", "keys", "try", "refresh", "connect"})
    void everyViewIsForEverybody(String name) {
        for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(1280, 360)) {
                Page page = browser.window(width, 900, colours);
                page.navigate(program.url() + "/ui/#/" + name);
                shown(page);
                assertThat(page.locator("h1")).hasCount(1);
                String theme = colours.name().toLowerCase(Locale.ROOT);
                picture(page, "%s-%s-%d".formatted(name, theme, width));
                assertThat(page.evaluate("document.documentElement.scrollWidth"))
                        .as("%s does not scroll sideways", name)
                        .isEqualTo(width);
                assertThat(new AxeBuilder(page).analyze().getViolations())
                        .extracting(Rule::getId)
                        .as("%s, %d wide, %s", name, width, colours)
                        .isEmpty();
                page.context().close();
            }
        }
    }
}
