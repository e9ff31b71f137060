package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aicortex explain}. */
@Command(
        name = "explain",
        description = "Tells which server would answer, and why; nothing is sent.")
final class ExplainCommand implements Callable<Integer> {
    @Mixin private final ClientOptions options = new ClientOptions();

    @Parameters(
            paramLabel = "PROMPT",
            description = "What would be asked; standard input when there is none or it is '-'.")
    private List<String> words = List.of();

    @Option(names = "--model", paramLabel = "MODEL", description = "The model.")
    private @Nullable String model;

    @Option(names = "--system", paramLabel = "TEXT", description = "The system prompt.")
    private @Nullable String system;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "A whole request as JSON in place of these; '-' is standard input.")
    private @Nullable String file;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "The name of the key that would send it, for rules of servers.")
    private @Nullable String sender;

    @Mixin private final OutputOption output = new OutputOption();

    private final InputStream in;

    ExplainCommand() {
        this(System.in);
    }

    ExplainCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() throws IOException {
        JsonNode answer = options.client().post(path(), body(), "servers");
        if (output.json()) {
            options.out().println(Json.line(answer));
        } else {
            new ReasonTable(answer).print(options.out());
        }
        return 0;
    }

    private String path() {
        return "/admin/explain" + (sender == null ? "" : "?key=" + CortexClient.encoded(sender));
    }

    private String body() throws IOException {
        if (file == null) {
            return Json.line(question().body());
        }
        if (model != null || system != null || !words.isEmpty()) {
            throw options.wrongUsage(
                    "--file has the whole request; leave out --model, --system and the prompt");
        }
        return Prompt.ofFile(file, in).text();
    }

    private ChatBody question() {
        if (model == null) {
            throw options.wrongUsage(
                    "--model is missing; 'aicortex models' lists the names, or give a request with --file");
        }
        if (words.isEmpty() && Terminal.onBoth()) {
            options.err().println("Type the prompt and end it with Ctrl-D:");
        }
        String prompt = Prompt.of(words, in).text();
        if (prompt.isEmpty()) {
            throw options.wrongUsage("the prompt is empty; give it as words or on standard input");
        }
        return new ChatBody(model, system, prompt, false, false);
    }
}
