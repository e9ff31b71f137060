package dev.aicortex.cli;

import static dev.aicortex.cli.GatewayStandIn.CHAT;
import static dev.aicortex.cli.GatewayStandIn.DONE;
import static dev.aicortex.cli.GatewayStandIn.piece;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChatBodyTest {
    private final InputStream standardInput = System.in;
    private GatewayStandIn gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new GatewayStandIn().streams(piece("ok"), DONE);
    }

    @AfterEach
    void stop() {
        System.setIn(standardInput);
        gateway.close();
    }

    @Test
    void carriesModelSystemPromptAndFormat() {
        gateway.run("chat", "--model", "m", "--system", "Be brief", "--json", "Two", "words");

        assertThat(sent())
                .isEqualTo(
                        Json.parse(
                                """
                                {"model":"m","stream":true,
                                 "messages":[{"role":"system","content":"Be brief"},
                                             {"role":"user","content":"Two words"}],
                                 "response_format":{"type":"json_object"}}\
                                """));
    }

    @Test
    void takesTheFirstModelOfTheFleetByDefault() {
        gateway.answers(
                "/v1/models",
                200,
                "{\"data\":[{\"id\":\"bge-m3\"},{\"id\":\"first:1b\"},{\"id\":\"b\"}]}");

        assertThat(gateway.run("chat", "Hello").status()).isZero();
        assertThat(sent().path("model").asText()).isEqualTo("first:1b");
    }

    @Test
    void needsAModelInTheFleet() {
        gateway.answers("/v1/models", 200, "{\"data\":[]}");

        Run run = gateway.run("chat", "Hello");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("aicortex: the fleet holds no model");
    }

    @Test
    void carriesTheCredentialsOfTheUrl() {
        String url = gateway.url().replace("//", "//user:secret@");

        Run.of(AicortexCommand.commandLine(), "chat", "--url", url, "--model", "m", "Hello");

        assertThat(gateway.received(CHAT).authorization()).isEqualTo("Basic dXNlcjpzZWNyZXQ=");
    }

    @Test
    void takesAPromptThatBeginsWithAnAtSignLiterally() {
        gateway.run("chat", "--model", "m", "@pom.xml");

        assertThat(prompt()).isEqualTo("@pom.xml");
    }

    @Test
    void takesThePromptFromStandardInput() {
        type("  What is\n a llama? ü\n");

        gateway.run("chat", "--model", "m");

        assertThat(prompt()).isEqualTo("  What is\n a llama? ü");
    }

    @Test
    void takesThePromptFromStandardInputForADash() {
        type("Why?");

        gateway.run("chat", "--model", "m", "-");

        assertThat(prompt()).isEqualTo("Why?");
    }

    @Test
    void refusesAnEmptyPrompt() {
        type(" \n");

        Run run = gateway.run("chat", "--model", "m");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("aicortex: the prompt is empty").hasLineCount(1);
    }

    private static void type(String text) {
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String prompt() {
        return sent().path("messages").path(0).path("content").asText();
    }

    private JsonNode sent() {
        return Json.parse(gateway.received(CHAT).body());
    }
}
