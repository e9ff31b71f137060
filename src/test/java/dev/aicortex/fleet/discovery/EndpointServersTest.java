package dev.aicortex.fleet.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointServersTest {
    private static EndpointSliceBuilder slice(String type, int port) {
        return new EndpointSliceBuilder()
                .withAddressType(type)
                .addToPorts(
                        new EndpointPortBuilder().withName("metrics").withPort(9090).build(),
                        new EndpointPortBuilder().withName("api").withPort(port).build());
    }

    private static EndpointSlice pod(
            EndpointSliceBuilder slice, String name, String address, Boolean terminating) {
        return slice.addNewEndpoint()
                .withAddresses(address)
                .withNewConditions(false, false, terminating)
                .withNewTargetRef()
                .withKind("Pod")
                .withName(name)
                .withUid("uid-" + name)
                .endTargetRef()
                .endEndpoint()
                .build();
    }

    private static List<FoundServer> of(String port, EndpointSlice... slices) {
        return EndpointServers.of(
                List.of(slices), Optional.ofNullable(port), _ -> List.of("gpu=eu"));
    }

    @Test
    void oneThatIsNotReadyIsAServer() {
        assertThat(of(null, pod(slice("IPv4", 11434), "ollama-0", "10.0.0.1", null)))
                .containsExactly(new FoundServer("ollama-0", "10.0.0.1", 11434, List.of("gpu=eu")));
    }

    @Test
    void oneThatTerminatesIsNone() {
        assertThat(of(null, pod(slice("IPv4", 11434), "ollama-0", "10.0.0.1", true))).isEmpty();
    }

    @Test
    void aPodWithTwoAddressesAndInTwoServicesIsOneServer() {
        assertThat(
                        of(
                                null,
                                pod(slice("IPv6", 11434), "ollama-0", "fd00::1", false),
                                pod(slice("IPv4", 11434), "ollama-0", "10.0.0.1", false),
                                pod(slice("IPv4", 11434), "ollama-0", "10.0.0.1", false)))
                .extracting(FoundServer::host)
                .containsExactly("10.0.0.1");
    }

    @Test
    void thePortIsTheOneThatIsAskedForElseOllamasElseTheFirst() {
        EndpointSlice usual = pod(slice("IPv4", 11434), "ollama-0", "10.0.0.1", false);
        EndpointSlice other = pod(slice("IPv4", 8080), "ollama-0", "10.0.0.1", false);
        assertThat(of(null, usual)).extracting(FoundServer::port).containsExactly(11434);
        assertThat(of(null, other)).extracting(FoundServer::port).containsExactly(9090);
        assertThat(of("api", other)).extracting(FoundServer::port).containsExactly(8080);
        assertThat(of("7070", other)).extracting(FoundServer::port).containsExactly(7070);
        assertThat(of("http", other)).isEmpty();
    }

    @Test
    void aPodWithoutANameOrAnIdHasItsAddressForAName() {
        EndpointSlice byHand =
                new EndpointSliceBuilder()
                        .withAddressType("IPv4")
                        .addNewEndpoint()
                        .withAddresses("10.0.0.1")
                        .withNewTargetRef()
                        .withKind("Pod")
                        .withName("ollama-0")
                        .endTargetRef()
                        .endEndpoint()
                        .addNewEndpoint()
                        .withAddresses("10.0.0.2")
                        .withNewTargetRef()
                        .withKind("Pod")
                        .withUid("uid")
                        .endTargetRef()
                        .endEndpoint()
                        .build();
        assertThat(of(null, byHand))
                .containsExactly(
                        new FoundServer("10.0.0.1", "10.0.0.1", 11434, List.of()),
                        new FoundServer("10.0.0.2", "10.0.0.2", 11434, List.of()));
    }

    @Test
    void aSliceMayHaveNothing() {
        EndpointSlice none = new EndpointSlice();
        none.setAddressType("IPv4");
        none.setEndpoints(null); // as a placeholder has it
        none.setPorts(null);
        assertThat(of(null, none)).isEmpty();
        EndpointSlice noAddress =
                new EndpointSliceBuilder(none).addNewEndpoint().endEndpoint().build();
        noAddress.getEndpoints().getFirst().setAddresses(null);
        assertThat(of(null, noAddress)).isEmpty();
    }

    @Test
    void whatIsNoPodHasItsAddressForAName() {
        EndpointSlice byHand =
                new EndpointSliceBuilder()
                        .withAddressType("IPv4")
                        .addNewEndpoint()
                        .withAddresses("192.168.0.7")
                        .endEndpoint()
                        .build();
        assertThat(of(null, byHand))
                .containsExactly(new FoundServer("192.168.0.7", "192.168.0.7", 11434, List.of()));
    }
}
