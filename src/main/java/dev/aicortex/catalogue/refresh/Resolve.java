package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.model.Bytes;
import dev.aicortex.model.ModelName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Step 3, pure: what the servers told, merged with what the catalogue has. What a person wrote
 * stays; what servers tell is renewed; a server that is down keeps its models as they were last
 * known. The order of the input does not matter, and doing it twice changes nothing more.
 */
public final class Resolve {
    private final Catalogue base;
    private final FamilyNames familyNames;
    private final Map<ModelName, Model> shipped;
    private final Map<ModelName, Model> existing = new TreeMap<>();

    /** By digest what somebody has told of a content before. */
    private final Map<String, Facts> described;

    private final Map<String, FetchedServer> servers = new TreeMap<>();
    private final Map<ModelName, List<Sighting>> sightings = new TreeMap<>();

    /** A server that told of a model. */
    private record Sighting(FetchedServer server, FetchedModel model) {
        Facts facts() {
            FetchedModel.Shown shown = model.shown();
            return new Facts(
                    Bytes.text(model.sizeBytes()),
                    model.sizeBytes(),
                    model.parameters(),
                    model.quantization(),
                    shown == null ? 0 : shown.contextLength(),
                    model.digest(),
                    shown == null ? List.of() : shown.capabilities(),
                    shown == null ? "" : shown.license(),
                    model.modifiedAt());
        }
    }

    private Resolve(Catalogue base, List<FetchedServer> fetched) {
        this.base = base;
        this.familyNames = new FamilyNames(base);
        this.shipped = Family.byName(base.shipped());
        this.described = base.described();
        for (Family family : base.volume()) {
            family.models().forEach(model -> existing.merge(model.key(), model, Resolve::merged));
        }
        fetched.forEach(server -> servers.merge(server.url(), server, Resolve::better));
        servers.values().forEach(this::sighted);
    }

    /**
     * Merges.
     *
     * @param version of the volume that {@code base} was read from
     */
    public static Resolution run(Catalogue base, String version, List<FetchedServer> fetched) {
        return new Resolve(base, fetched).resolution(version);
    }

    /** Two spellings of one name are one model. */
    private static Model merged(Model a, Model b) {
        Map<String, ModelServer> servers = new TreeMap<>();
        b.servers().forEach(server -> servers.put(server.url(), server));
        a.servers().forEach(server -> servers.put(server.url(), server));
        Map<String, JsonNode> extra = new LinkedHashMap<>(a.extra());
        b.extra().forEach(extra::putIfAbsent);
        return a.over(b).withServers(List.copyOf(servers.values())).withExtra(extra);
    }

    /** One server told of twice: the answer that says more, then the one that sorts first. */
    private static FetchedServer better(FetchedServer a, FetchedServer b) {
        Comparator<FetchedServer> most =
                Comparator.comparing(FetchedServer::up)
                        .thenComparingInt(server -> server.models().size())
                        .thenComparing(FetchedServer::toString);
        return most.compare(a, b) >= 0 ? a : b;
    }

    /** A server that lists one name in two spellings counts once: the spelling that sorts first. */
    private void sighted(FetchedServer server) {
        Map<ModelName, Sighting> seen = new HashMap<>();
        server.models().stream()
                .filter(model -> !model.name().isBlank())
                .sorted(
                        Comparator.comparing(FetchedModel::name)
                                .thenComparing(FetchedModel::digest))
                .forEach(model ->
                        seen.putIfAbsent(ModelName.of(model.name()), new Sighting(server, model)));
        seen.forEach((name, sighting) ->
                sightings.computeIfAbsent(name, _ -> new ArrayList<>()).add(sighting));
    }

    private Resolution resolution(String version) {
        List<Model> models = new ArrayList<>();
        TreeSet<ModelName> names = new TreeSet<>(existing.keySet());
        names.addAll(sightings.keySet());
        names.forEach(name -> resolve(name).ifPresent(models::add));
        List<String> warnings = models.stream().flatMap(model -> drift(model).stream()).toList();
        return new Resolution(version, families(models), warnings);
    }

    /** The model as it shall be; empty when nothing is left of it. */
    private Optional<Model> resolve(ModelName name) {
        List<Sighting> seen = sightings.getOrDefault(name, List.of());
        Model old = existing.get(name);
        Model start = old != null ? old : begin(name, seen);
        Model model = start.withServers(servers(start, seen));
        if (!seen.isEmpty()) {
            model = model.withFacts(facts(seen, start.facts()));
        }
        Model base = shipped.get(name);
        Model whole = base == null ? model : model.over(base);
        boolean lostAll = !start.servers().isEmpty() && whole.servers().isEmpty();
        return lostAll && !written(whole) ? Optional.empty() : Optional.of(whole);
    }

    private Model begin(ModelName name, List<Sighting> seen) {
        Model known = shipped.get(name);
        if (known != null) {
            return known.withServers(List.of());
        }
        FetchedModel first =
                seen.stream()
                        .map(Sighting::model)
                        .min(Comparator.comparing(FetchedModel::name))
                        .orElseThrow();
        return Model.named(first.name(), familyNames.of(name, first.family()));
    }

    /**
     * What servers tell now over what was known. Another content makes the old description void;
     * until a server has described the new one its digest is left open, so that the next fetch asks
     * again.
     */
    private Facts facts(List<Sighting> seen, Facts before) {
        Facts told = told(seen);
        boolean sameContent = before.digest().isEmpty() || before.digest().equals(told.digest());
        Facts base = sameContent ? before : before.withoutContent();
        return told.described() ? told.over(base) : told.withoutContent().over(base);
    }

    /**
     * What the servers tell together: of the content that most of them hold, in a tie of the one
     * whose digest sorts first; the newest word counts.
     */
    private Facts told(List<Sighting> seen) {
        Map<String, List<Sighting>> byDigest =
                seen.stream()
                        .collect(
                                Collectors.groupingBy(
                                        sighting -> sighting.model().digest(),
                                        TreeMap::new,
                                        Collectors.toList()));
        List<Sighting> most = // the first one in a tie
                byDigest.values().stream().max(Comparator.comparingInt(List::size)).orElseThrow();
        return most.stream()
                .sorted(
                        Comparator.comparing((Sighting sighting) -> sighting.model().modifiedAt())
                                .reversed()
                                .thenComparing(sighting -> sighting.server().url()))
                .map(Sighting::facts)
                .reduce(Facts.NONE, Facts::over)
                .over(described.getOrDefault(most.getFirst().model().digest(), Facts.NONE));
    }

    /** A healthy server that does not list the model has lost it; the others keep it. */
    private List<ModelServer> servers(Model old, List<Sighting> seen) {
        Map<String, ModelServer> now = new TreeMap<>();
        Map<String, ModelServer> before = new HashMap<>();
        for (ModelServer server : old.servers()) {
            before.putIfAbsent(server.url(), server);
            FetchedServer asked = servers.get(server.url());
            if (asked == null || !asked.up()) {
                now.put(server.url(), asked == null ? server : server.unreachable());
            }
        }
        for (Sighting sighting : seen) {
            String url = sighting.server().url();
            now.put(
                    url,
                    before.getOrDefault(url, ModelServer.unknown(url))
                            .seen(sighting.model().digest(), sighting.server().day()));
        }
        return List.copyOf(now.values());
    }

    /** Whether a person has added something to what ships. */
    private boolean written(Model model) {
        Model base = shipped.getOrDefault(model.key(), Model.named("", model.family()));
        return !model.family().equals(base.family())
                || !model.extra().isEmpty()
                || !model.description().equals(base.description())
                || !model.tags().equals(base.tags());
    }

    /** One tag, different contents: the same request is answered differently by each server. */
    private static Optional<String> drift(Model model) {
        Map<String, List<String>> holders =
                model.servers().stream()
                        .filter(server -> !server.digest().isEmpty())
                        .collect(
                                Collectors.groupingBy(
                                        ModelServer::digest,
                                        TreeMap::new,
                                        Collectors.mapping(ModelServer::url, Collectors.toList())));
        if (holders.size() < 2) {
            return Optional.empty();
        }
        String contents =
                holders.entrySet().stream()
                        .map(content ->
                                "%.12s on %s"
                                        .formatted(
                                                content.getKey(),
                                                String.join(", ", content.getValue())))
                        .collect(Collectors.joining("; "));
        return Optional.of(
                "%s differs from server to server: %s".formatted(model.name(), contents));
    }

    /** The models by family; one that a person described stays without models. */
    private List<Family> families(List<Model> models) {
        Map<String, List<Model>> members =
                models.stream()
                        .sorted(Model.BY_NAME)
                        .collect(
                                Collectors.groupingBy(
                                        Model::family, TreeMap::new, Collectors.toList()));
        Map<String, Map<String, JsonNode>> extras = new HashMap<>();
        for (Family family : base.volume()) {
            extras.putIfAbsent(family.name(), family.extra());
            if (!family.extra().isEmpty()) {
                members.putIfAbsent(family.name(), List.of());
            }
        }
        List<Family> families = new ArrayList<>();
        members.forEach((name, all) ->
                families.add(new Family(name, all, extras.getOrDefault(name, Map.of()))));
        return families;
    }

    /** Finds the family of a model that the catalogue does not have. */
    private static final class FamilyNames {
        /** Architectures whose name does not begin with their family's. */
        private static final Map<String, String> ARCHITECTURES =
                Map.of(
                        "mllama", "llama",
                        "gptoss", "gpt-oss",
                        "gpt-oss", "gpt-oss",
                        "cohere2", "command-r",
                        "granitemoe", "granite",
                        "granitehybrid", "granite",
                        "smollm3", "smollm");

        private final List<String> families;
        private final Map<String, String> bySeries = new HashMap<>();

        FamilyNames(Catalogue catalogue) {
            families =
                    catalogue.families().stream()
                            .map(Family::name)
                            .filter(name -> !name.equals(Family.OTHERS))
                            .sorted(Comparator.comparingInt(String::length).reversed())
                            .toList();
            for (Family family : catalogue.families()) {
                for (Model model : family.models()) {
                    bySeries.putIfAbsent(series(model.key()), family.name());
                }
            }
        }

        /**
         * The family: that of other sizes of the same model, of its architecture, of a word in its
         * name.
         *
         * @param architecture {@code details.family}, empty when unknown
         */
        String of(ModelName model, String architecture) {
            String series = series(model);
            String family = architecture.toLowerCase(Locale.ROOT);
            return Optional.ofNullable(bySeries.get(series))
                    .or(() -> Optional.ofNullable(ARCHITECTURES.get(family)))
                    .or(() -> begun(Stream.of(family)))
                    .or(() -> begun(Stream.of(series.split("[^a-z0-9.]+"))))
                    .or(() -> begun(Stream.of(series)))
                    .orElse(Family.OTHERS);
        }

        /** {@code hf.co/user/llama3.2:3b} → {@code llama3.2}. */
        private static String series(ModelName model) {
            String name = model.canonical();
            return name.substring(name.lastIndexOf('/') + 1, name.lastIndexOf(':'));
        }

        /**
         * The family with whose name one of the words begins: {@code qwen3moe} with {@code qwen},
         * but {@code yield} not with {@code yi}.
         */
        private Optional<String> begun(Stream<String> words) {
            return words.flatMap(word -> families.stream().filter(family -> begins(word, family)))
                    .findFirst();
        }

        private static boolean begins(String word, String family) {
            int end = family.length();
            return word.startsWith(family)
                    && (word.length() == end || !Character.isLetter(word.charAt(end)));
        }
    }
}
