module com.example.shop {
  requires io.ganglion.api;
  requires io.ganglion.client;
  requires io.ganglion.client.testing;
  requires jdk.unsupported;
}
