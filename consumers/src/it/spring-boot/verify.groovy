// Whoever adds Ganglion keeps each version that they had.
def versions = { name ->
  def all = [:]
  new File(basedir, "target/$name").eachLine { line ->
    def parts = line.trim().tokenize(' ').find()?.tokenize(':')
    if (parts != null && parts.size() >= 5) {
      all[parts[0..1].join(':')] = parts[parts.size() - 2]
    }
  }
  assert all.size() > 20 : "target/$name lists too little"
  return all
}
def before = versions('without.txt')
def after = versions('with.txt')
def changed = before.findAll { artifact, version -> after[artifact] != version }
assert changed.isEmpty() : changed.collect { a, v -> "$a was $v and is ${after[a]}" }.join(', ')
assert after.keySet().any { it == 'io.ganglion:ganglion-client-sdk' }
return true
