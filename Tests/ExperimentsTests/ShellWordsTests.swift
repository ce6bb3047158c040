import Studies
import Testing

@Suite struct ShellWordsTests {
  @Test(arguments: [
    (["umemaki", "run", "sushi-zcu104", "a/b.yaml"], "umemaki run sushi-zcu104 a/b.yaml"),
    (["--subnet", "{depth: [2, 3]}"], "--subnet '{depth: [2, 3]}'"),
    (["it's", ""], "'it'\\''s' ''"),
    (["$(rm) `x` \"y\" \\", "*"], "'$(rm) `x` \"y\" \\' '*'"),
  ])
  func joinedIsSplitAgain(words: [String], line: String) {
    #expect(ShellWords.joined(words) == line)
    #expect(ShellWords.split(line) == words)
  }

  @Test func whatPeopleWrite() {
    #expect(ShellWords.split("  a \"b c\"  d\\ e ") == ["a", "b c", "d e"])
    #expect(ShellWords.split("") == [])
    #expect(ShellWords.split("'open") == nil)
    #expect(ShellWords.split("\"open") == nil)
    #expect(ShellWords.split("end\\") == nil)
  }
}
