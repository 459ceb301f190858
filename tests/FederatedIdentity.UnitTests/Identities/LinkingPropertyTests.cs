using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>What holds for all identities and logins, however requests follow and overtake each other.</summary>
public sealed class LinkingPropertyTests
{
    private static readonly Gen<int> Numbers = Gen.Choose(0, int.MaxValue - 1);

    // A failing sequence shrinks by leaving steps out.
    private static readonly Arbitrary<int[]> Sequences = Arb.From(
        Gen.Choose(1, 200).SelectMany(length => Numbers.ArrayOf(length)),
        steps => from size in new[] { 64, 16, 4, 1 }
                 where size < steps.Length
                 from start in Enumerable.Range(0, steps.Length - size + 1)
                 select steps[..start].Concat(steps[(start + size)..]).ToArray());

    private readonly Dictionary<string, int> _answers = [];

    [Fact]
    public void Whatever_the_sequence_and_the_races_no_promise_breaks()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Sequences, async steps =>
        {
            var world = new LinkingWorld();
            foreach (var step in steps)
            {
                await world.StepAsync(step);
            }

            foreach (var (answer, count) in world.Answers)
            {
                _answers[answer] = _answers.GetValueOrDefault(answer) + count;
            }
        }));

        // The sequences are worth something only if they reach every answer.
        string[] expected = ["Changed", "Kept", .. Enum.GetNames<LinkRefusal>()];
        Assert.All(expected, answer => Assert.True(_answers.GetValueOrDefault(answer) > 0, $"{answer} was never reached."));
    }

    [Fact]
    public void Neither_the_order_of_logins_nor_of_owners_matters() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Numbers), seed =>
        {
            var random = new Random(seed);
            var (given, presented, owners) = Situation(random);
            var expected = Describe(Linking.Decide(given, presented, owners));

            random.Shuffle(presented);
            random.Shuffle(owners);

            Assert.Equal(expected, Describe(Linking.Decide(given, presented, owners)));
        }));

    [Fact]
    public void A_link_unites_exactly_what_was_presented_and_absorbed() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Numbers), seed =>
        {
            var (given, presented, owners) = Situation(new Random(seed));
            if (Linking.Decide(given, presented, owners) is LinkDecision.Link link)
            {
                Login[] result = [.. link.Survivor.Logins, .. link.NewLogins, .. link.Absorbed.SelectMany(identity => identity.Logins)];

                Assert.Equal(result.Distinct(), result);
                Assert.Empty(presented.Except(result));
                Assert.Empty(link.NewLogins.Except(presented));
                Assert.DoesNotContain(link.Survivor, link.Absorbed);
                var united = link with { Survivor = link.Survivor with { State = IdentityState.Authenticated, Logins = result } };
                Assert.IsType<LinkDecision.Keep>(Linking.Decide(united.Survivor, presented, [united.Survivor]));
                Assert.IsType<LinkDecision.Keep>(Linking.Decide(null, presented, [united.Survivor]));
            }
        }));

    // Up to four users with random logins, of whom one may be named, and a few logins of theirs and of nobody.
    private static (Identity? Given, Login[] Presented, Identity[] Owners) Situation(Random random)
    {
        var identities = Enumerable.Range(0, random.Next(5)).Select(i => User(random, i)).ToArray();
        var known = identities.SelectMany(identity => identity.Logins).ToArray();
        Login[] presented =
        [
            .. Enumerable.Range(0, random.Next(3)).Select(i => new Login((LoginKind)random.Next(2), $"p{random.Next(6)}", $"new {i}")),
            .. known.Where(_ => random.Next(3) == 0).Take(6),
        ];
        var given = identities.Length > 0 && random.Next(2) == 0 ? identities[random.Next(identities.Length)] : null;
        return (given, presented, [.. identities.Where(identity => presented.Any(identity.Owns))]);
    }

    private static Identity User(Random random, int number)
    {
        Login[] logins =
        [
            .. Enumerable.Range(0, 6).Where(_ => random.Next(4) == 0).Select(i => new Login(LoginKind.Public, $"p{i}", $"{number}")),
            .. Enumerable.Range(0, random.Next(3) * random.Next(6)).Select(i => new Login(LoginKind.Developer, "dev", $"{number} {i}")),
        ];
        var state = logins.Length > 0 ? IdentityState.Authenticated
            : random.Next(4) == 0 ? IdentityState.Disabled : IdentityState.Unauthenticated;
        var createdAt = RecordingClock.Start.AddDays(random.Next(3));
        return new Identity(new IdentityId($"identity-{number}"), new PoolId("pool"), state, createdAt, random.Next(1, 9), logins);
    }

    private static string Describe(LinkDecision decision) => decision is LinkDecision.Link link
        ? $"{link.Survivor.Id} + {string.Join(", ", link.NewLogins)} - {string.Join(", ", link.Absorbed.Select(identity => identity.Id))}"
        : $"{decision}";
}
