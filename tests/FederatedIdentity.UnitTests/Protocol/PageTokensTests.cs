using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.UnitTests.Protocol;

public sealed class PageTokensTests
{
    private readonly PageTokens _tokens = new(new MasterKey(new byte[MasterKey.Length]));

    [Fact]
    public void No_token_looks_like_an_option_of_a_command_line() =>
        Assert.All(Enumerable.Range(0, 500), position => Assert.StartsWith("A", _tokens.SealText("scope", $"{position}")));

    [Fact]
    public void A_token_opens_for_its_scope_alone()
    {
        var token = _tokens.SealText("scope", "position");

        Assert.Equal("position", _tokens.OpenText("scope", token));
        Assert.Null(_tokens.OpenText("another scope", token));
    }

    [Fact]
    public void A_token_opens_while_the_master_key_that_sealed_it_is_current_or_previous()
    {
        var (old, fresh) = (new MasterKey(new byte[MasterKey.Length]), new MasterKey([.. Enumerable.Repeat((byte)1, MasterKey.Length)]));
        PageTokens[] step = [new(old), new(old.With(fresh)), new(fresh.With(old)), new(fresh)];

        foreach (var (one, other) in step.Zip(step.Skip(1)))
        {
            Assert.Equal("position", other.OpenText("scope", one.SealText("scope", "position")));
            Assert.Equal("position", one.OpenText("scope", other.SealText("scope", "position")));
        }

        Assert.Null(step[3].OpenText("scope", step[0].SealText("scope", "position")));
        Assert.Null(step[2].OpenText("another scope", step[0].SealText("scope", "position")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AQ")]
    [InlineData("no base64url!")]
    [InlineData("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_nobody_sealed_does_not_open(string token) => Assert.Null(_tokens.OpenText("scope", token));
}
