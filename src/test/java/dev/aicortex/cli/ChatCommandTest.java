package dev.aicortex.cli;

import static dev.aicortex.cli.GatewayStandIn.DONE;
import static dev.aicortex.cli.GatewayStandIn.piece;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
}
