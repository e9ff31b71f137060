package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.catalogue.Models;
import dev.aicortex.model.ModelName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Step 3, pure: what the servers told, merged with what the catalogue has. What a person wrote
 * stays; what servers tell is renewed; a server that is down keeps its models as they were last
 * known. The order of the input does not matter, and doing it twice changes nothing more.
 */
public final class Resolve {
    private final Map<ModelName, Model> existing = new TreeMap<>();
    private final Map<ModelName, Model> shipped = new HashMap<>();
    private final Map<ModelName, List<Sighting>> sightings = new TreeMap<>();
    private final Map<String, FetchedServer> servers = new TreeMap<>();
    private final Map<String, Facts> describedFacts = new HashMap<>();
    private final Catalogue base;
    private final FamilyNames familyNames;

    private Resolve(Catalogue base, List<FetchedServer> fetched) {
        this.base = base;
        this.familyNames = new FamilyNames(base);
        base.shipped().forEach(family -> family.models().forEach(this::shipped));
        base.volume().forEach(family -> family.models().forEach(this::existing));
        base.find(ModelQuery.ALL).forEach(this::described);
        fetched.forEach(server -> servers.merge(server.url(), server, Resolve::better));
        servers.values().forEach(this::sighted);
        sightings.replaceAll((_, seen) -> Sighting.oneOfEachServer(seen));
    }

    /**
     * Merges.
     *
     * @param version of the volume that {@code base} was read from
     */
    public static Resolution run(Catalogue base, String version, List<FetchedServer> fetched) {
        return new Resolve(base, fetched).resolution(version);
    }

    private void shipped(Model model) {
        shipped.putIfAbsent(model.key(), model);
    }

    private void existing(Model model) {
        existing.merge(model.key(), model, Resolve::merged);
    }

    /** Two spellings of one name are one model. */
    private static Model merged(Model a, Model b) {
        Map<String, ModelServer> servers = new TreeMap<>();
        b.servers().forEach(server -> servers.put(server.url(), server));
        a.servers().forEach(server -> servers.put(server.url(), server));
        Model both = a.over(b).withServers(List.copyOf(servers.values()));
        return both.withExtra(Extras.both(a.extra(), b.extra()));
    }

    private void described(Model model) {
        if (model.facts().described() && !model.facts().digest().isEmpty()) {
            describedFacts.putIfAbsent(model.facts().digest(), model.facts());
        }
    }

    /** One server told of twice: the answer that says more, then the one that sorts first. */
    private static FetchedServer better(FetchedServer a, FetchedServer b) {
        return Comparator.comparing(FetchedServer::up)
                                .thenComparingInt(server -> server.models().size())
                                .thenComparing(FetchedServer::toString)
                                .compare(a, b)
                        >= 0
                ? a
                : b;
    }

    private void sighted(FetchedServer server) {
        for (FetchedModel model : server.models()) {
            if (model.name().isBlank()) {
                continue;
            }
            sightings
                    .computeIfAbsent(ModelName.of(model.name()), _ -> new ArrayList<>())
                    .add(new Sighting(server, model));
        }
    }

    private Resolution resolution(String version) {
        List<Model> models = new ArrayList<>();
        TreeSet<ModelName> names = new TreeSet<>(existing.keySet());
        names.addAll(sightings.keySet());
        names.forEach(name -> resolve(name).ifPresent(models::add));
        return new Resolution(version, families(models), Drift.warnings(models));
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
        return lostAll(start, whole) && !written(whole) ? Optional.empty() : Optional.of(whole);
    }

    /**
     * What servers tell now over what was known. Another content makes the old description void;
     * until a server has described the new one its digest is left open, so that the next fetch asks
     * again.
     */
    private Facts facts(List<Sighting> seen, Facts before) {
        Facts told = Sighting.facts(seen, describedFacts);
        boolean sameContent = before.digest().isEmpty() || before.digest().equals(told.digest());
        Facts base = sameContent ? before : before.withoutContent();
        return told.described() ? told.over(base) : told.withoutContent().over(base);
    }

    private Model begin(ModelName name, List<Sighting> seen) {
        Model known = shipped.get(name);
        if (known != null) {
            return known.withServers(List.of());
        }
        Sighting first = seen.stream().min(Comparator.comparing(Sighting::name)).orElseThrow();
        return Model.named(first.name(), familyNames.of(name, first.model().family()));
    }

    private List<ModelServer> servers(Model old, List<Sighting> seen) {
        Map<String, ModelServer> now = new TreeMap<>();
        old.servers().forEach(server -> keep(server).ifPresent(kept -> now.put(kept.url(), kept)));
        for (Sighting sighting : seen) {
            String url = sighting.server().url();
            ModelServer before =
                    old.servers().stream()
                            .filter(server -> server.url().equals(url))
                            .findFirst()
                            .orElse(ModelServer.unknown(url));
            now.put(url, before.seen(sighting.model().digest(), sighting.server().day()));
        }
        return List.copyOf(now.values());
    }

    /** A healthy server that does not list the model has lost it; the others keep it. */
    private Optional<ModelServer> keep(ModelServer server) {
        FetchedServer asked = servers.get(server.url());
        if (asked == null) {
            return Optional.of(server);
        }
        return asked.up() ? Optional.empty() : Optional.of(server.unreachable());
    }

    private static boolean lostAll(Model before, Model after) {
        return !before.servers().isEmpty() && after.servers().isEmpty();
    }

    /** Whether a person has added something to what ships. */
    private boolean written(Model model) {
        Model base = shipped.get(model.key());
        String description = base == null ? "" : base.description();
        List<String> tags = base == null ? List.of() : base.tags();
        boolean moved = base != null && !model.family().equals(base.family());
        return moved
                || !model.extra().isEmpty()
                || !model.description().equals(description)
                || !model.tags().equals(tags);
    }

    private List<Family> families(List<Model> models) {
        Map<String, List<Model>> members = new TreeMap<>();
        base.volume().stream()
                .filter(family -> !family.extra().isEmpty())
                .forEach(family -> members.put(family.name(), new ArrayList<>()));
        models.forEach(model ->
                members.computeIfAbsent(model.family(), _ -> new ArrayList<>()).add(model));
        return members.entrySet().stream().map(e -> family(e.getKey(), e.getValue())).toList();
    }

    private Family family(String name, List<Model> models) {
        models.sort(Models.BY_NAME);
        return base.volume().stream()
                .filter(family -> family.name().equals(name))
                .findFirst()
                .map(family -> new Family(name, models, family.extra()))
                .orElseGet(() -> new Family(name, models, Map.of()));
    }
}
