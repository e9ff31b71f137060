package dev.aicortex.fleet.discovery;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** The API of a cluster, which may be away: what it holds stays. */
final class ApiDouble {
    static final String NAMESPACE = "models";

    private final KubernetesCrudDispatcher content = new KubernetesCrudDispatcher();
    private final int port;
    private KubernetesMockServer server;
    private NamespacedKubernetesClient client;

    ApiDouble(int port) {
        this.port = port;
    }

    void start() {
        server =
                new KubernetesMockServer(
                        new Context(), new MockWebServer(), new HashMap<>(), content, false);
        server.init(InetAddress.getLoopbackAddress(), port);
        client = server.createClient();
    }

    void stop() {
        client.close();
        server.destroy();
    }

    /** A pod of a Service that listens there. */
    void pod(String service, String name, URI at, Map<String, String> labels) {
        pod(name, at.getHost(), labels);
        endpoint(service, name, at);
    }

    void pod(String name, String address, Map<String, String> labels) {
        client.pods()
                .inNamespace(NAMESPACE)
                .resource(
                        new PodBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withLabels(labels)
                                .endMetadata()
                                .withNewStatus()
                                .addNewPodIP(address)
                                .endStatus()
                                .build())
                .create();
    }

    /** An endpoint there that names a pod. */
    void endpoint(String service, String name, URI at) {
        client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(NAMESPACE)
                .resource(slice(service, name, at))
                .create();
    }

    private static EndpointSlice slice(String service, String name, URI at) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/service-name", service)
                .addToLabels("models", service)
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withPort(at.getPort())
                .endPort()
                .addNewEndpoint()
                .withAddresses(at.getHost())
                .withNewConditions(true, true, false)
                .withNewTargetRef()
                .withKind("Pod")
                .withName(name)
                .withUid("uid-" + name)
                .endTargetRef()
                .endEndpoint()
                .build();
    }

    /** Has been told to end, and may still have requests. */
    void terminates(String name) {
        client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(NAMESPACE)
                .withName(name)
                .edit(slice ->
                        new EndpointSliceBuilder(slice)
                                .editFirstEndpoint()
                                .withNewConditions(false, true, true)
                                .endEndpoint()
                                .build());
    }

    void gone(String name) {
        client.pods().inNamespace(NAMESPACE).withName(name).delete();
        client.discovery().v1().endpointSlices().inNamespace(NAMESPACE).withName(name).delete();
    }
}
