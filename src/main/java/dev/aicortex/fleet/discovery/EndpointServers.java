package dev.aicortex.fleet.discovery;

import dev.aicortex.config.DnsName;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * PURE: the servers of EndpointSlices. An endpoint that is not ready is one: whether it answers,
 * the gateway finds out itself, sooner. One that terminates is none any more.
 */
final class EndpointServers {
    private EndpointServers() {}

    /**
     * Each endpoint once, however many Services have it, and with one address where it has one of
     * each kind.
     *
     * @param port of the pods, by name or number; without it {@code 11434}, else the first
     * @param labels of the pod that an endpoint names, with its id; one that names none is a server
     *     under its address, without labels
     */
    static List<FoundServer> of(
            Collection<EndpointSlice> slices,
            Optional<String> port,
            Function<Endpoint, List<String>> labels) {
        List<FoundServer> servers = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        slices.stream()
                .sorted(Comparator.comparing(EndpointSlice::getAddressType)) // IPv4 first
                .forEach(slice ->
                        port(slice, port)
                                .ifPresent(number -> {
                                    for (Endpoint endpoint : orNone(slice.getEndpoints())) {
                                        if (stays(endpoint)) {
                                            FoundServer server = server(endpoint, number, labels);
                                            if (seen.add(server.name() + ":" + number)) {
                                                servers.add(server);
                                            }
                                        }
                                    }
                                }));
        return servers;
    }

    private static boolean stays(Endpoint endpoint) {
        EndpointConditions conditions = endpoint.getConditions();
        return !orNone(endpoint.getAddresses()).isEmpty()
                && (conditions == null || !Boolean.TRUE.equals(conditions.getTerminating()));
    }

    private static FoundServer server(
            Endpoint endpoint, int port, Function<Endpoint, List<String>> labels) {
        String address = endpoint.getAddresses().getFirst();
        ObjectReference target = endpoint.getTargetRef();
        if (!isPod(target)) {
            return new FoundServer(address, address, port, List.of());
        }
        return new FoundServer(target.getName(), address, port, labels.apply(endpoint));
    }

    private static boolean isPod(@Nullable ObjectReference target) {
        return target != null
                && "Pod".equals(target.getKind())
                && target.getName() != null
                && target.getUid() != null;
    }

    /** What has no elements may be null on the wire. */
    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    /** Empty where the slice has no port of the name that is asked for. */
    private static OptionalInt port(EndpointSlice slice, Optional<String> asked) {
        if (asked.isPresent() && asked.get().matches("\\d+")) {
            return OptionalInt.of(Integer.parseInt(asked.get()));
        }
        List<EndpointPort> ports =
                orNone(slice.getPorts()).stream().filter(each -> each.getPort() != null).toList();
        if (asked.isPresent()) {
            return ports.stream()
                    .filter(each -> asked.get().equals(each.getName()))
                    .mapToInt(EndpointPort::getPort)
                    .findFirst();
        }
        boolean usual = ports.stream().anyMatch(each -> each.getPort() == DnsName.OLLAMA);
        return OptionalInt.of(
                usual || ports.isEmpty()
                        ? DnsName.OLLAMA
                        : Objects.requireNonNull(ports.getFirst().getPort()));
    }
}
