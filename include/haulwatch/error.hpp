#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch {

/// The root of what a set-up that cannot work throws. Bad data never throws: it is a `Verdict`, counted and kept.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One thing wrong with a document, and where it stands.
struct Fault {
  std::string object;   ///< what it belongs to, as "site pit" or "permit P-7"; empty when it is the document itself
  std::string pointer;  ///< JSON pointer (RFC 6901) of the value at fault; empty for the whole document
  std::string message;  ///< what was found and what was expected

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// A registry, a manifest file or settings that were refused whole: every fault at once, so that one look mends them
/// all.
class Refused : public Error {
 public:
  Refused(const std::string& document, std::vector<Fault> faults)
      : Error{text(document, faults)}, faults_{std::move(faults)} {}
  [[nodiscard]] const std::vector<Fault>& faults() const noexcept { return faults_; }

 private:
  static std::string text(const std::string& document, const std::vector<Fault>& faults) {
    std::string all =
        document + " refused, " + std::to_string(faults.size()) + (faults.size() == 1 ? " fault:" : " faults:");
    for (const Fault& fault : faults) {
      all += "\n  ";
      if (!fault.object.empty()) all += fault.object + ", ";
      all += (fault.pointer.empty() ? "whole document" : fault.pointer) + ": " + fault.message;
    }
    return all;
  }

  std::vector<Fault> faults_;
};

/// A file that cannot be opened, read or written. The message names the file and the cause.
class FileError : public Error {
 public:
  using Error::Error;
};

}  // namespace haulwatch
