// A live service in small: two threads receive reports and keep time, events come out in order.

#include <haulwatch/haulwatch.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

struct Printer : haulwatch::Sink {
  void on_event(const haulwatch::Event& event) override {  // always the same thread, so no lock
    line.clear();
    haulwatch::io::append_json(line, event);
    std::cout << line << '\n';
  }
  std::string line;
};

/// What a gateway thread does with the terminals that are connected to it: here ten minutes, invented.
void receive(haulwatch::Source source, const std::vector<std::string>& terminals) {
  const auto start = haulwatch::TimeUtc{std::chrono::sys_days{std::chrono::March / 12 / 2026}};
  std::vector<haulwatch::Fix> batch;
  for (int i = 0; i < 60; ++i) {
    const auto now = start + i * 10s;
    for (std::size_t t = 0; t < terminals.size(); ++t) {
      haulwatch::Fix fix;
      fix.vehicle = source.vehicle(terminals[t]).value();
      fix.time = now;
      fix.position = {121.0 + 0.01 * double(t) + (i < 30 ? 0.001 * i : 0.03), 30.7};  // drives, then stands
      fix.speed_mps = i < 30 ? 9.6F : 0.0F;
      batch.push_back(fix);
    }
    source.push(batch);  // waits when the shards cannot keep up
    batch.clear();
    source.tick(now);  // a real one ticks by its clock, whether or not anything came
  }
}  // the source closes here, and the others go on without it

int main(int argc, char** argv) {
  const auto registry = argc > 1 ? haulwatch::io::load_registry(argv[1]) : haulwatch::registry::Registry::none();
  Printer printer;
  haulwatch::PipelineOptions options;
  options.shards = 2;
  options.on_problem = [](std::string_view text) { std::cerr << "survived: " << text << '\n'; };
  haulwatch::Pipeline pipeline{registry, haulwatch::default_chain(), options, printer};

  std::vector<std::thread> gateways;
  gateways.emplace_back(receive, pipeline.open_source(), std::vector<std::string>{"ZF-101", "ZF-102"});
  gateways.emplace_back(receive, pipeline.open_source(), std::vector<std::string>{"ZF-201"});
  for (std::thread& gateway : gateways) gateway.join();
  pipeline.drain();

  pipeline.for_each_status([](std::string_view vehicle, const haulwatch::VehicleStatus& status) {
    std::cerr << vehicle << (status.stopped ? " stands at " : " drives at ") << status.place.lon << ' '
              << status.place.lat << '\n';
  });
  pipeline.stop();  // what is proven is out; of the silence since nothing is said
  const haulwatch::PipelineMetrics metrics = pipeline.metrics();
  std::cerr << metrics.accepted << " fixes, " << metrics.delivered << " events, 99 % of fixes folded within "
            << metrics.queue_wait.quantile(0.99).count() << " us\n";
}
