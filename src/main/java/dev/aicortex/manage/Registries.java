package dev.aicortex.manage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.ValidationException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where models may come from and go to. A server fetches whatever a name says, from inside its own
 * network, and keeps what a stranger's registry sends.
 *
 * @param hosts in lower case, with the port where there is one
 * @param insecure whether a client may have it done without TLS
 */
record Registries(Set<String> hosts, boolean insecure) {
    private static final String DEFAULT = "registry.ollama.ai";

    static Registries of(CortexConfig.Pull pull) {
        return new Registries(
                pull.registries().stream()
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet()),
                pull.insecure());
    }

    /**
     * Refuses a change that would have a server talk to a host that is not listed.
     *
     * @param kind the last part of its path
     * @throws AccessException naming the registry
     */
    void check(String kind, ManageRequest request) {
        switch (kind) {
            case "pull", "push" -> {
                checkInsecure(request.field("insecure"));
                checkName(request, "model");
                checkName(request, "name");
            }
            case "create" -> {
                checkName(request, "from"); // is fetched where the server does not hold it
                checkSources(request);
            }
            default -> {}
        }
    }

    /** Whether a model of this name comes from a registry that is listed. */
    boolean admits(String name) {
        return hosts.contains(host(name))
                && !name.strip().toLowerCase(Locale.ROOT).matches("https?://.*");
    }

    private void checkInsecure(JsonNode flag) {
        boolean wanted = !flag.isNull() && !(flag.isBoolean() && !flag.asBoolean());
        if (wanted && !insecure) {
            throw AccessException.forbidden(
                    "insecure_not_allowed",
                    "insecure: models are fetched and sent with TLS only; leave it out, or set cortex.pull.insecure=true");
        }
    }

    private void checkName(ManageRequest request, String field) {
        String name = request.text(field).orElse("");
        if (name.isEmpty()) {
            return; // that a name is missing is told elsewhere
        }
        String host = host(name);
        boolean plain = name.strip().toLowerCase(Locale.ROOT).startsWith("http://");
        if (!hosts.contains(host) || (plain && !insecure)) {
            throw AccessException.forbidden(
                    "registry_not_allowed",
                    "%s: '%s' names the registry %s; this gateway takes those of cortex.pull.registries with TLS: %s"
                            .formatted(field, name, host, hosts.stream().sorted().toList()));
        }
    }

    /** A model is made of blobs and of models, and runs on the server that makes it. */
    private static void checkSources(ManageRequest request) {
        for (String field : List.of("remote_host", "modelfile", "path")) {
            JsonNode value = request.field(field);
            if (!value.isNull() && !value.asText("x").isEmpty()) {
                throw AccessException.forbidden(
                        "source_not_allowed",
                        "%s: models are made from models and blobs here; send from, files or adapters"
                                .formatted(field));
            }
        }
        for (String files : List.of("files", "adapters")) {
            request.field(files).fieldNames().forEachRemaining(name -> checkFile(files, name));
        }
    }

    /** Where the server writes it. */
    private static void checkFile(String field, String name) {
        boolean leads =
                name.startsWith("/")
                        || name.matches("(?s).*[\\\\:\\x00].*")
                        || List.of(name.split("/", -1)).contains("..");
        if (leads) {
            throw ValidationException.of(
                    field, name, "leads out of a model's folder", "write the file's own name");
        }
    }

    /**
     * The registry that a model's name means, as an Ollama server reads it: what stands before the
     * last two slashes. One slash alone is no registry for it; what has a dot or a colon there is
     * taken for one all the same.
     */
    static String host(String name) {
        String rest = name.strip().toLowerCase(Locale.ROOT).replace('\\', '/');
        rest = rest.replaceFirst("^https?://", "");
        int model = rest.lastIndexOf('/');
        if (model < 0) {
            return DEFAULT;
        }
        String before = rest.substring(0, model);
        int namespace = before.lastIndexOf('/');
        if (namespace >= 0) {
            return before.substring(0, namespace);
        }
        return before.matches("[^.:@]*") ? DEFAULT : before;
    }
}
