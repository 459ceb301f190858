using System.Diagnostics;
using FederatedIdentity.Domain.Policies;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>That a text is read or refused, however long, deep or odd it is.</summary>
public sealed class PolicyLimitsTests
{
    private const string Good =
        """
        {"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A","Effect":"Allow","NotAction":["s3:Get*"],
        "Resource":["arn:aws:s3:::b/${aws:username, 'x'}/*"],"Condition":{"ForAnyValue:StringLikeIfExists":{"k:a":["x*",1,true]},
        "DateLessThan":{"k:t":"2026-01-01T00:00:00Z"},"IpAddress":{"k:i":"10.0.0.0/8"},"ArnLike":{"k:r":"arn:aws:x:*:*:${*}"}}}]}
        """;

    private const string GoodTrust =
        """
        {"Version":"2012-10-17","Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111122223333:root","111122223333"],
        "Federated":"arn:aws:iam::111122223333:oidc-provider/a/b","Service":"ec2.amazonaws.com"},"Action":"sts:*"}}
        """;

    private static readonly PolicyKind[] Kinds = Enum.GetValues<PolicyKind>();

    [Theory]
    [InlineData(PolicyKind.Identity, 10_240)]
    [InlineData(PolicyKind.Trust, 4096)]
    [InlineData(PolicyKind.Session, 2048)]
    public void A_document_is_as_long_as_its_kind_can_be_and_no_longer(PolicyKind kind, int longest)
    {
        Assert.True(PolicyDocument.TryParse(OfLength(kind, longest), kind, out _, out _));
        Assert.False(PolicyDocument.TryParse(OfLength(kind, longest + 1), kind, out _, out var fault));
        Assert.Equal("The policy is longer than a policy can be.", fault.Message);
    }

    [Fact]
    public void White_space_does_not_count_except_for_STS()
    {
        Assert.Equal(4, PolicyLimits.SizeOf(" { \"\t\r\n\" }"));
        Assert.True(PolicyDocument.TryParse(Good + new string(' ', 20_000), PolicyKind.Identity, out _, out _));
        Assert.False(PolicyDocument.TryParse(Good + new string(' ', 2048), PolicyKind.Session, out _, out _));
        Assert.False(PolicyDocument.TryParse(Good + new string(' ', PolicyLimits.Raw), PolicyKind.Identity, out _, out _));
    }

    [Fact]
    public void Ten_thousand_statements_are_refused_by_their_size_and_at_once()
    {
        var statement = "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}";
        var json = $"{{\"Statement\":[{string.Join(',', Enumerable.Repeat(statement, 10_000))}]}}";
        var time = Stopwatch.StartNew();

        Assert.All(Kinds, kind => Assert.False(PolicyDocument.TryParse(json, kind, out _, out _)));
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(1), $"{time.Elapsed}");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"Statement\":")]
    [InlineData("{\"Statement\":[{\"Condition\":{\"StringEquals\":")]
    public void Depth_is_refused(string opening)
    {
        var json = string.Concat(Enumerable.Repeat(opening, 2000 / opening.Length));

        Assert.All(Kinds, kind => Assert.False(PolicyDocument.TryParse(json, kind, out _, out _)));
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
            Arb.From(ArbMap.Default.GeneratorFor<string?>()), text => Assert.All(Kinds, kind => ReadOrRefused(text ?? "", kind))));

    [Fact]
    public void Any_mutation_of_a_policy_is_read_or_refused_and_never_throws()
    {
        var read = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(6000), Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue - 1)), seed =>
        {
            var random = new Random(seed);
            var (source, kind) = random.Next(3) == 0 ? (GoodTrust, PolicyKind.Trust) : (Good, PolicyKind.Identity);
            read += ReadOrRefused(Mutated(source, random), kind) ? 1 : 0;
        }));

        Assert.InRange(read, 1, 5999);
    }

    [Fact]
    public void Half_a_character_is_refused_wherever_it_stands()
    {
        foreach (var text in new[] { "\udc00", "\ud800", "\\\udc00", "\\\ud800", "\\\ud800\udc00", "\\u\udc00", "\\ud80\udc00", "\\\\\udc00" })
        {
            Assert.All(Kinds, kind => Assert.False(ReadOrRefused($"{{\"Id\":\"{text}\"}}", kind)));
            Assert.All(Kinds, kind => Assert.False(ReadOrRefused($"{{\"Id\":\"{text}", kind)));
        }
    }

    [Fact]
    public void What_the_mutations_start_from_is_read()
    {
        Assert.True(ReadOrRefused(Good, PolicyKind.Identity));
        Assert.True(ReadOrRefused(GoodTrust, PolicyKind.Trust));
    }

    private static bool ReadOrRefused(string text, PolicyKind kind)
    {
        var isRead = PolicyDocument.TryParse(text, kind, out var document, out var fault);
        Assert.Equal(isRead, fault is null);
        if (isRead)
        {
            // What can be read can be asked, too.
            var request = Ask.For("s3:PutObject", "arn:aws:s3:::b/x/y", "k:a=*|x; k:t=?; k:i=::1; k:r=arn:aws:x:::y");
            Assert.NotNull(PolicyEvaluator.Decide([document!], request));
        }

        return isRead;
    }

    private static string Mutated(string source, Random random)
    {
        const string Odd = "{}[]\":,'$*?\\u\ud800\udc00\0 aA0-/.\u00e9";
        var text = source.ToList();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var at = random.Next(text.Count);
            switch (random.Next(4))
            {
                case 0:
                    text.RemoveAt(at);
                    break;
                case 1:
                    text.Insert(at, Odd[random.Next(Odd.Length)]);
                    break;
                case 2:
                    text[at] = Odd[random.Next(Odd.Length)];
                    break;
                default:
                    text.InsertRange(at, text.GetRange(at, Math.Min(random.Next(1, 40), text.Count - at)));
                    break;
            }
        }

        return string.Concat(text);
    }

    private static string OfLength(PolicyKind kind, int length)
    {
        var rest = kind == PolicyKind.Trust ? "\"Principal\":\"*\",\"Action\":\"sts:AssumeRole\"" : "\"Action\":\"*\",\"Resource\":\"*\"";
        var json = $"{{\"Id\":\"\",\"Statement\":{{\"Effect\":\"Allow\",{rest}}}}}";
        return json.Insert(7, new string('x', length - json.Length));
    }
}
