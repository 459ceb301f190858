using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.UnitTests.Hosting;

/// <summary>What the executable makes of its arguments.</summary>
public sealed class VerbsTests
{
    [Theory]
    [InlineData]
    [InlineData("--FederatedIdentity:Region=eu-west-1")]
    [InlineData("--urls", "http://127.0.0.1:0")]
    [InlineData("--urls", "http://127.0.0.1:0", "--FederatedIdentity:Region=eu-west-1", "--environment", "Development")]
    public void Settings_alone_serve(params string[] arguments) => Assert.Null(Verbs.Find(arguments));

    [Theory]
    [InlineData("migrat")]
    [InlineData("Migrate")]
    [InlineData("serve")]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("--migrate")]
    [InlineData("--")]
    [InlineData("Name=value")]
    [InlineData("--urls=http://*:1", "migrate")]
    [InlineData("--FederatedIdentity:Region", "--urls=http://*:1")]
    public async Task What_is_neither_a_verb_nor_a_setting_is_a_misuse(params string[] arguments) =>
        Assert.Equal(2, await Verbs.Find(arguments)!());

    [Fact]
    public async Task Help_and_version_are_no_misuse()
    {
        string[][] forms = [["help"], ["--help"], ["-h"], ["version"], ["--version"]];
        foreach (var form in forms)
        {
            Assert.Equal(0, await Verbs.Find(form)!());
        }
    }
}
