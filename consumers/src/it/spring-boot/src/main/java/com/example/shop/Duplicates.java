package com.example.shop;

import io.ganglion.client.GanglionClient;
import org.springframework.stereotype.Service;

/** Tells whether two questions of customers ask the same. */
@Service
public class Duplicates {
  private final GanglionClient client;

  Duplicates(GanglionClient client) {
    this.client = client;
  }

  public boolean same(String question, String other) {
    return client.blocking().classify(question, other).label().equals("same");
  }
}
