// Everything on the module path, as `java --module-path` has it, also what is found as a service.
def java = new File(System.getProperty('java.home'), 'bin/java').path
def path = [new File(basedir, 'target/shop-1.jar'), new File(basedir, 'target/modules')].join(File.pathSeparator)
def process = [java, '-p', path, '--add-modules', 'ALL-MODULE-PATH', '-m', 'com.example.shop/com.example.shop.Shop']
    .execute()
def output = new StringBuffer()
process.waitForProcessOutput(output, output)
println output
assert process.exitValue() == 0
assert output.contains('fake: yes')
assert output.contains('socket: Unavailable')
return true
