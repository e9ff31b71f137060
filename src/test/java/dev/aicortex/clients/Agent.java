package dev.aicortex.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A coding agent, as its users run it for one task without a terminal, an account or a network. */
enum Agent {
    AIDER {
        @Override
        Path settings(Path home) {
            return home.resolve(".aider.conf.yml");
        }

        @Override
        String text(String gateway) {
            return """
            model: ollama_chat/%s
            read: CONVENTIONS.md
            edit-format: whole
            yes-always: true
            git: false
            chat-history-file: history.md
            input-history-file: input.txt
            auto-lint: false
            analytics: false
            check-update: false
            show-release-notes: false
            show-model-warnings: false
            """
                    .formatted(ClientFleet.CHAT);
        }

        /** As its manual advises; so its prompt begins with as much as those of others do. */
        @Override
        void prepare(Path work) throws IOException {
            Files.writeString(
                    work.resolve("CONVENTIONS.md"), "Write numbers, a line each.\n".repeat(1_000));
        }

        /** It has no tools: a check that fails some times makes it speak again. */
        @Override
        List<String> command(String task) {
            String check = "echo tried >> tries.txt; test $(wc -l < tries.txt) -gt 3";
            return List.of(
                    "aider", "--auto-test", "--test-cmd", check, "--message", task, "made.txt");
        }

        @Override
        Map<String, String> environment(Path home, String gateway) {
            return Map.of("OLLAMA_API_BASE", gateway, "LITELLM_LOCAL_MODEL_COST_MAP", "True");
        }

        @Override
        boolean isTurn(String body) {
            return body.contains("\"messages\"");
        }
    },

    CODEX {
        @Override
        Path settings(Path home) {
            return home.resolve("config.toml");
        }

        @Override
        String text(String gateway) {
            return """
            model = "%s"
            model_provider = "cortex"
            [model_providers.cortex]
            name = "AI Cortex"
            base_url = "%s/v1"
            wire_api = "responses"
            """
                    .formatted(ClientFleet.CHAT, gateway);
        }

        @Override
        List<String> command(String task) {
            return List.of(
                    "codex",
                    "exec",
                    "--skip-git-repo-check",
                    "--dangerously-bypass-approvals-and-sandbox",
                    task);
        }

        @Override
        Map<String, String> environment(Path home, String gateway) {
            return Map.of("CODEX_HOME", home.toString());
        }
    },

    OPENCODE {
        @Override
        Path settings(Path home) {
            return home.resolve(".config/opencode/opencode.json");
        }

        @Override
        String text(String gateway) {
            return """
            {"model": "cortex/%1$s", "autoupdate": false, "share": "disabled",
             "provider": {"cortex": {"npm": "@ai-sdk/openai-compatible", "name": "AI Cortex",
               "options": {"baseURL": "%2$s/v1", "apiKey": "none"}, "models": {"%1$s": {}}}}}
            """
                    .formatted(ClientFleet.CHAT, gateway);
        }

        @Override
        List<String> command(String task) {
            return List.of("opencode", "run", task);
        }

        @Override
        Map<String, String> environment(Path home, String gateway) {
            return Map.of("OPENCODE_DISABLE_MODELS_FETCH", "1");
        }
    },

    PI {
        @Override
        Path settings(Path home) {
            return home.resolve("models.json");
        }

        @Override
        String text(String gateway) {
            return """
            {"providers": {"cortex": {"baseUrl": "%s/v1", "api": "openai-completions", "apiKey": "none",
              "models": [{"id": "%s"}]}}}
            """
                    .formatted(gateway, ClientFleet.CHAT);
        }

        @Override
        List<String> command(String task) {
            return List.of("pi", "-p", "--provider", "cortex", "--model", ClientFleet.CHAT, task);
        }

        @Override
        Map<String, String> environment(Path home, String gateway) {
            return Map.of("PI_CODING_AGENT_DIR", home.toString(), "PI_OFFLINE", "1");
        }
    },

    QWEN_CODE {
        @Override
        Path settings(Path home) {
            return home.resolve(".qwen/settings.json");
        }

        @Override
        String text(String gateway) {
            return "{\"privacy\": {\"usageStatisticsEnabled\": false}}";
        }

        @Override
        List<String> command(String task) {
            return List.of("qwen", "--auth-type", "openai", "--yolo", "-p", task);
        }

        @Override
        Map<String, String> environment(Path home, String gateway) {
            return Map.of(
                    "OPENAI_API_KEY",
                    "none",
                    "OPENAI_BASE_URL",
                    gateway + "/v1",
                    "OPENAI_MODEL",
                    ClientFleet.CHAT);
        }
    };

    /** The file that tells it where the gateway is. */
    abstract Path settings(Path home);

    /** What stands in it. */
    abstract String text(String gateway);

    /** Puts into the folder what the task needs. */
    void prepare(Path work) throws IOException {}

    abstract List<String> command(String task);

    abstract Map<String, String> environment(Path home, String gateway);

    /** Whether a request goes on with the task, and is not for a title or a summary. */
    boolean isTurn(String body) {
        return body.contains("\"tools\":[{");
    }

    /**
     * What it prints when it does this task in this folder.
     *
     * @throws IllegalStateException if it does not end well
     */
    String run(Path programs, Path folder, String gateway, String task)
            throws IOException, InterruptedException {
        Path home = folder.resolve("home").toAbsolutePath();
        Path work = Files.createDirectories(folder.resolve("work"));
        prepare(work);
        Files.createDirectories(settings(home).getParent());
        Files.writeString(settings(home), text(gateway));
        List<String> command = new ArrayList<>(command(task));
        command.set(0, programs.resolve(command.getFirst()).toAbsolutePath().toString());
        Map<String, String> environment = new HashMap<>(environment(home, gateway));
        environment.put("HOME", home.toString());
        environment.put("PWD", work.toAbsolutePath().toString()); // one of them goes by this
        return Command.run(work, environment, command);
    }
}
