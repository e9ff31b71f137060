package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.model.ModelName;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aicortex chat}. */
@Command(name = "chat", description = "Asks a model and shows its answer as it comes.")
final class ChatCommand implements Callable<Integer> {
    @Mixin private final ClientOptions options = new ClientOptions();

    @Parameters(
            paramLabel = "PROMPT",
            description = "What to ask; standard input when there is none or it is '-'.")
    private List<String> words = List.of();

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "The model (default: the first of the fleet's that can chat).")
    private @Nullable String model;

    @Option(names = "--system", paramLabel = "TEXT", description = "The system prompt.")
    private @Nullable String system;

    @Option(names = "--json", description = "Asks the model to answer in JSON.")
    private boolean json;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: text).")
    private Format format = Format.TEXT;

    @Option(
            names = "--events",
            description = "Prints each event of the answer as a line of JSON, as it comes.")
    private boolean events;

    private final InputStream in;
    private final BooleanSupplier terminal;

    ChatCommand() {
        this(System.in, Terminal::onOutput);
    }

    ChatCommand(InputStream in, BooleanSupplier terminal) {
        this.in = in;
        this.terminal = terminal;
    }

    /** The answer as it comes, or one object at its end. */
    enum Format {
        TEXT,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws IOException {
        if (events && format == Format.JSON) {
            throw options.wrongUsage("--events is a format of its own; leave out --output");
        }
        CortexClient cortex = options.client();
        String prompt = prompt();
        String asked = model != null ? model : firstModel(cortex);
        try (ChatAnswer answer = cortex.chat(new ChatBody(asked, system, prompt, json, events))) {
            if (events) {
                answer.forEachEvent(asked, this::print);
            } else {
                print(asked, answer);
            }
        }
        return 0;
    }

    private String prompt() {
        if (words.isEmpty() && Terminal.onBoth()) {
            options.err().println("Type the prompt and end it with Ctrl-D:");
        }
        String prompt = Prompt.of(words, in).text();
        if (prompt.isEmpty()) {
            throw options.wrongUsage("the prompt is empty; give it as words or on standard input");
        }
        return prompt;
    }

    private static String firstModel(CortexClient cortex) {
        for (JsonNode model : cortex.get("/v1/models", "data").path("data")) {
            String id = model.path("id").asText("");
            if (!id.isBlank() && !ModelName.of(id).namesAnEmbedding()) {
                return id;
            }
        }
        throw new CommandException(
                "the fleet holds no model that can chat; pull one on a server, or see 'aicortex servers'");
    }

    private void print(StreamEvent event) {
        options.out().println(Json.line(Json.of(event)));
        if (options.out().checkError()) {
            throw new CommandException("standard output is closed; the answer was stopped");
        }
    }

    private void print(String asked, ChatAnswer answer) {
        switch (format) {
            case TEXT -> show(answer);
            case JSON -> options.out().println(Json.line(whole(asked, answer)));
        }
    }

    private void show(ChatAnswer answer) {
        try (AnswerPrinter printer = new AnswerPrinter(options.out(), terminal.getAsBoolean())) {
            answer.forEachPiece(printer);
        }
    }

    private static JsonNode whole(String asked, ChatAnswer answer) {
        StringBuilder content = new StringBuilder();
        answer.forEachPiece(content::append);
        return Json.object()
                .put("model", asked)
                .put("content", content.toString())
                .put("server", answer.server().orElse(null));
    }
}
