package dev.aicortex.cli;

import static dev.aicortex.cli.GatewayStandIn.CHAT;
import static dev.aicortex.cli.GatewayStandIn.DONE;
import static dev.aicortex.cli.GatewayStandIn.piece;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ChatCommandTest extends AgainstStandIn {
    @Test
    void printsTheWholeAnswerAndALineFeed() {
        gateway.streams(": waiting\n\n", piece("Grüße "), piece("世界 🦙"), DONE);

        Run run = gateway.run("chat", "--model", "m", "Hello");

        assertThat(run).isEqualTo(new Run(0, "Grüße 世界 🦙" + System.lineSeparator(), ""));
    }

    @Test
    void addsNoSecondLineFeed() {
        gateway.streams(piece("a line\n"), DONE);

        assertThat(gateway.run("chat", "--model", "m", "Hello").out()).isEqualTo("a line\n");
    }

    @Test
    void showsEachPieceBeforeTheNextOneIsSent() {
        CountDownLatch shown = new CountDownLatch(1);
        gateway.streams(exchange -> {
            GatewayStandIn.write(exchange, piece("first"));
            awaitOrFail(shown);
            GatewayStandIn.write(exchange, piece(" second") + DONE);
            exchange.getResponseBody().close();
        });
        StringWriter text = new StringWriter();
        PrintWriter out =
                new PrintWriter(text) {
                    @Override
                    public void flush() {
                        shown.countDown();
                    }
                };
        CommandLine commands = AicortexCommand.commandLine().setOut(out);

        int status = commands.execute(gateway.arguments("chat", "--model", "m", "Hello"));

        assertThat(status).isZero();
        assertThat(text).hasToString("first second" + System.lineSeparator());
    }

    @Test
    void outputJsonIsOneObjectWithTheServer() {
        gateway.streams(piece("a"), piece("\u001b\u009bb"), DONE);

        Run run = gateway.run("chat", "--model", "m", "--output", "json", "Hello");

        assertThat(run.lines())
                .containsExactly(
                        """
                        {"model":"m","content":"a\\u001B\\u009bb","server":"http://gpu-a:11434"}\
                        """);
    }

    @Test
    void stopsWhenNobodyReadsTheOutput() {
        gateway.streams(piece("a"), DONE);
        StringWriter err = new StringWriter();
        CommandLine commands =
                AicortexCommand.commandLine()
                        .setOut(new PrintWriter(closed()))
                        .setErr(new PrintWriter(err));

        int status = commands.execute(gateway.arguments("chat", "--model", "m", "Hello"));

        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).contains("standard output is closed");
    }

    private static OutputStream closed() {
        OutputStream stream = OutputStream.nullOutputStream();
        try {
            stream.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return stream;
    }

    private static void awaitOrFail(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("the first piece was never shown");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Nested
    class TheQuestion {
        @BeforeEach
        void answerOk() {
            gateway.streams(piece("ok"), DONE);
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

            Run.of("chat", "--url", url, "--model", "m", "Hello");

            assertThat(gateway.received(CHAT).authorization()).isEqualTo("Basic dXNlcjpzZWNyZXQ=");
        }

        @Test
        void takesAPromptThatBeginsWithAnAtSignLiterally() {
            gateway.run("chat", "--model", "m", "@pom.xml");

            assertThat(prompt()).isEqualTo("@pom.xml");
        }

        @Test
        void takesThePromptFromStandardInput() {
            Run.fed("  What is\n a llama? ü\n", gateway.arguments("chat", "--model", "m"));
            assertThat(prompt()).isEqualTo("  What is\n a llama? ü");

            Run.fed("Why?", gateway.arguments("chat", "--model", "m", "-"));
            assertThat(prompt()).isEqualTo("Why?");
        }

        @Test
        void saysWhyStandardInputCannotBeRead() {
            InputStream folder =
                    new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new IOException("Is a directory");
                        }
                    };

            Run run = Run.fed(folder, gateway.arguments("chat", "--model", "m"));

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error()).isEqualTo("standard input cannot be read: Is a directory");
        }

        @Test
        void refusesAnEmptyPrompt() {
            Run run = Run.fed(" \n", gateway.arguments("chat", "--model", "m"));

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).startsWith("aicortex: the prompt is empty").hasLineCount(1);
        }

        private String prompt() {
            return sent().path("messages").path(0).path("content").asText();
        }

        private JsonNode sent() {
            return Json.parse(gateway.received(CHAT).body());
        }
    }

    @Nested
    class ABrokenAnswer {
        private static final String ERROR_EVENT =
                "event: error\ndata: {\"error\":{\"message\":\"gpu-a broke off\"}}\n\n";

        @Test
        void streamWithoutDoneIsIncomplete() {
            gateway.streams(piece("half"));

            Run run = failed();

            assertThat(run.lines()).containsExactly("half");
            assertThat(run.error())
                    .isEqualTo(
                            "the answer is incomplete: the stream ended without [DONE]; ask again");
        }

        @Test
        void connectionThatBreaksIsIncomplete() {
            gateway.breaksOff(piece("half"));

            assertThat(failed().error())
                    .startsWith("the answer is incomplete: the connection broke (")
                    .endsWith("; ask again");
        }

        @Test
        void errorEventTellsItsReason() {
            gateway.streams(piece("half"), ERROR_EVENT, DONE);

            assertThat(failed().error())
                    .isEqualTo("the answer is incomplete: gpu-a broke off; ask again");
        }

        @Test
        void errorEventAfterACutChunkTellsItsReason() {
            gateway.streams("data: {\"choices\":[{\"del", "\n\n" + ERROR_EVENT);

            assertThat(failed().error()).contains("gpu-a broke off");
        }

        @Test
        void errorWithoutAnEventNameCountsToo() {
            gateway.streams("data: {\"error\":\"runner killed\"}\n\n", DONE);

            assertThat(failed().error()).contains("runner killed");
        }

        @Test
        void chunkThatIsNotJsonIsAnErrorEvenBeforeDone() {
            gateway.streams("data: <html>\n\n", DONE);

            assertThat(failed().error()).contains("a part of it is not JSON");
        }

        @Test
        void halfAnAnswerIsNoJsonOutput() {
            gateway.streams(piece("half"));

            assertThat(failed("json").out()).isEmpty();
        }

        @Test
        void errorStatusShowsTheGatewaysOwnWords() {
            gateway.answers(CHAT, 404, "{\"error\":{\"message\":\"no server holds 'm'\"}}");

            assertThat(failed().error())
                    .isEqualTo("no server holds 'm' (404 from " + gateway.url() + ")");
        }

        private Run failed() {
            return failed("text");
        }

        private Run failed(String output) {
            Run run = gateway.run("chat", "--model", "m", "--output", output, "Hello");
            assertThat(run.status()).isEqualTo(1);
            return run;
        }
    }

    @Nested
    class Events {
        private static final String USAGE =
                "data: {\"model\":\"m:1b\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n";

        @Test
        void areLinesOfJson() {
            gateway.streams(piece("Grüße"), ": waiting\n\n", piece(" 世界\n"), USAGE, DONE);

            Run run = gateway.run("chat", "--model", "m", "--events", "Hello");

            assertThat(run.status()).isZero();
            assertThat(run.lines())
                    .containsExactly(
                            """
                            {"type":"start","content":"","index":null,"model":"m","done":false}\
                            """,
                            """
                            {"type":"token","content":"Grüße","index":0,"model":"m","done":false}\
                            """,
                            """
                            {"type":"token","content":" 世界\\n","index":1,"model":"m","done":false}\
                            """,
                            """
                            {"type":"end","content":"","index":null,"model":"m:1b","done":true,\
                            "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\
                            """);
        }

        @Test
        void askForTheUsage() {
            gateway.streams(piece("ok"), DONE);

            gateway.run("chat", "--model", "m", "--events", "Hello");

            assertThat(
                            Json.parse(gateway.received(CHAT).body())
                                    .path("stream_options")
                                    .path("include_usage")
                                    .asBoolean())
                    .isTrue();
        }

        @Test
        void endWithAnErrorThatHasThePartialTextWhenTheStreamBreaks() {
            gateway.streams(piece("ha"), piece("lf"));

            Run run = gateway.run("chat", "--model", "m", "--events", "Hello");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.lines().getLast())
                    .isEqualTo(
                            """
                            {"type":"error","content":"","index":null,"model":null,"done":true,\
                            "error":"the answer is incomplete: the stream ended without [DONE]; ask again",\
                            "partial":"half"}\
                            """);
            assertThat(run.error()).startsWith("the answer is incomplete");
        }

        @Test
        void beginWithAStartEvenIfNothingComes() {
            gateway.streams("");

            Run run = gateway.run("chat", "--model", "m", "--events", "Hello");

            assertThat(run.lines()).hasSize(2);
            assertThat(run.lines().getFirst()).contains("\"type\":\"start\"");
            assertThat(run.lines().getLast()).contains("\"type\":\"error\"");
        }

        @Test
        void areAFormatOfTheirOwn() {
            Run run = gateway.run("chat", "--events", "--output", "json", "Hello");

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.error()).contains("--events").contains("--output");
        }
    }
}
