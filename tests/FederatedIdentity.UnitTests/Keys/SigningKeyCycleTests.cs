using FederatedIdentity.Domain.Keys;

namespace FederatedIdentity.UnitTests.Keys;

public sealed class SigningKeyCycleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly KeyWorld _world = new();

    [Fact]
    public void The_first_key_signs_at_once_and_the_next_one_is_published_beside_it()
    {
        Assert.Equal(2, _world.Tend(starting: true));

        Assert.Equal("1:current:RS512 2:next:RS512", _world.Text);
        Assert.Equal(0, _world.Tend());
    }

    [Fact]
    public void A_key_signs_for_its_period_and_its_successor_was_published_before()
    {
        _world.Tend(starting: true);
        _world.Wait(KeyWorld.Rotation - Second);
        Assert.Equal(0, _world.Tend());

        _world.Wait(Second);
        Assert.Equal(_world.Now, SigningKeyCycle.NextChange(_world.Keys, KeyWorld.Schedule()));
        Assert.Equal(2, _world.Tend());

        Assert.Equal("1:retired:RS512 2:current:RS512 3:next:RS512", _world.Text);
        Assert.Equal(0, _world.Tend());
    }

    [Fact]
    public void A_key_that_was_published_too_shortly_does_not_sign_however_old_the_current_one_is()
    {
        _world.Add(1, "RS512", SigningKeyState.Current);
        _world.Kids.Add("r1");
        _world.Wait(KeyWorld.Rotation * 2); // As after an upgrade from a release that published no next key.
        Assert.Equal(1, _world.Tend(starting: true));

        _world.Wait(KeyWorld.Publishing - Second);
        Assert.Equal(0, _world.Tend());
        _world.Wait(Second);
        Assert.Equal(2, _world.Tend());
        Assert.Equal("1:retired:RS512 2:current:RS512 3:next:RS512", _world.Text);
    }

    [Fact]
    public void A_key_that_was_ordered_signs_as_soon_as_it_was_published_long_enough()
    {
        _world.Tend(starting: true);
        SigningKeyLife[] ordered = [_world.Keys[0], _world.Keys[1] with { IsOrdered = true }];

        Assert.Equal(
            ordered[1].CreatedAt + KeyWorld.Publishing, SigningKeyCycle.NextChange(ordered, KeyWorld.Schedule(rotation: TimeSpan.Zero)));
        Assert.Null(SigningKeyCycle.Due(ordered, ordered[1].CreatedAt + KeyWorld.Publishing - Second, KeyWorld.Schedule(), starting: false));
        Assert.Equal(
            new KeyStep.Activate(ordered[1].Kid),
            SigningKeyCycle.Due(ordered, ordered[1].CreatedAt + KeyWorld.Publishing, KeyWorld.Schedule(), starting: false));
    }

    [Fact]
    public void Without_a_period_nothing_changes_by_itself()
    {
        _world.Tend(starting: true, rotation: TimeSpan.Zero);
        _world.Wait(TimeSpan.FromDays(3650));

        Assert.Equal(0, _world.Tend(rotation: TimeSpan.Zero));
        Assert.Null(SigningKeyCycle.NextChange(_world.Keys, KeyWorld.Schedule(rotation: TimeSpan.Zero)));
    }

    [Fact]
    public void A_retired_key_stays_until_its_last_token_has_expired()
    {
        _world.Tend(starting: true);
        _world.Wait(KeyWorld.Rotation);
        _world.Tend();

        _world.Wait(SigningKeyLife.Retention - Second);
        Assert.Equal(0, _world.Tend());
        _world.Wait(Second);
        Assert.Equal(1, _world.Tend());
        Assert.Equal("2:current:RS512 3:next:RS512", _world.Text);
        Assert.True(SigningKeyLife.Retention > TimeSpan.FromDays(1));
    }

    [Fact]
    public void Another_algorithm_is_published_before_it_signs_and_the_old_successor_is_kept_until_then()
    {
        _world.Tend(starting: true);
        _world.Wait(TimeSpan.FromDays(1));

        Assert.Equal(1, _world.Tend("ES256", starting: true));
        Assert.Equal("1:current:RS512 2:next:RS512 3:next:ES256", _world.Text);
        Assert.Equal(_world.Now + KeyWorld.Publishing, SigningKeyCycle.NextChange(_world.Keys, KeyWorld.Schedule("ES256", TimeSpan.Zero)));

        _world.Wait(KeyWorld.Publishing);
        _world.Tend("ES256");
        Assert.Equal("1:retired:RS512 3:current:ES256 4:next:ES256", _world.Text);
    }

    [Fact]
    public void Replicas_of_two_minds_do_not_quarrel()
    {
        _world.Tend(starting: true);
        _world.Tend("ES256", starting: true);

        for (var hour = 0; hour < 24; hour++)
        {
            _world.Wait(TimeSpan.FromHours(1));
            _world.Tend("RS512");
            _world.Tend("ES256");
        }

        Assert.Equal("1:retired:RS512 3:current:ES256 4:next:ES256", _world.Text);
    }

    [Fact]
    public void The_replica_that_started_last_decides_and_restarts_pile_up_no_keys()
    {
        _world.Tend(starting: true);
        for (var restart = 0; restart < 20; restart++)
        {
            _world.Tend(restart % 2 == 0 ? "ES256" : "RS512", starting: true);
            Assert.InRange(_world.Keys.Count, 2, 3);
        }

        _world.Wait(KeyWorld.Publishing);
        Assert.Equal(0, _world.Tend("ES256"));
        Assert.Equal("RS512", SigningKeyCycle.Successor(_world.Keys)!.Algorithm);
    }

    [Fact]
    public void Of_the_keys_that_an_earlier_release_left_the_configured_one_goes_on()
    {
        _world.Add(1, "RS512", SigningKeyState.Current);
        _world.Add(2, "ES256", SigningKeyState.Current);
        _world.Kids.UnionWith(["r1", "r2"]);

        _world.Tend(starting: true);

        Assert.Equal("1:current:RS512 2:retired:ES256 3:next:RS512", _world.Text);
    }

    [Fact]
    public void A_lost_current_key_is_gone_at_once_and_the_published_successor_signs()
    {
        _world.Tend(starting: true);

        _world.Retire("r1");

        Assert.Equal("2:current:RS512 3:next:RS512", _world.Text);
    }

    [Fact]
    public void A_lost_key_in_the_middle_of_a_change_of_algorithm_gives_way_to_the_one_that_verifiers_know()
    {
        _world.Tend(starting: true);
        _world.Wait(TimeSpan.FromDays(1));
        _world.Tend("ES256", starting: true);

        _world.Retire("r1");

        Assert.Equal("2:current:RS512 3:next:ES256", _world.Text);
    }

    [Theory]
    [InlineData("r2", "1:current:RS512 3:next:RS512")]
    [InlineData("unknown", "1:current:RS512 2:next:RS512")]
    public void A_lost_next_key_is_replaced_by_one_with_another_number(string kid, string after)
    {
        _world.Tend(starting: true);

        _world.Retire(kid);

        Assert.Equal(after, _world.Text);
    }

    [Fact]
    public void A_lost_retired_key_is_gone_at_once()
    {
        _world.Tend(starting: true);
        _world.Wait(KeyWorld.Rotation);
        _world.Tend();

        _world.Retire("r1");

        Assert.Equal("2:current:RS512 3:next:RS512", _world.Text);
    }

    [Fact]
    public void A_lost_current_key_without_a_successor_gets_one()
    {
        _world.Add(1, "RS512", SigningKeyState.Current);
        _world.Kids.Add("r1");

        _world.Retire("r1");

        Assert.Equal("2:current:RS512 3:next:RS512", _world.Text);
    }

    [Fact]
    public void The_key_set_stays_small_when_keys_rotate_too_often()
    {
        _world.Tend(starting: true);
        for (var rotation = 0; rotation < 200; rotation++)
        {
            _world.Wait(TimeSpan.FromHours(2));
            _world.Tend(rotation: TimeSpan.FromMinutes(1));
            while (SigningKeyCycle.Successor(_world.Keys) is { } next && _world.Keys.Count <= SigningKeyCycle.MaxRetired + 1)
            {
                _world.Take(new KeyStep.Activate(next.Kid)); // By command.
                _world.Tend(rotation: TimeSpan.Zero);
            }

            Assert.InRange(_world.Keys.Count, 2, SigningKeyCycle.MaxRetired + 2);
        }
    }

    [Fact]
    public void Whatever_happens_one_key_signs_one_stands_ready_and_no_kid_comes_twice()
    {
        var random = new Random(20261101);
        string[] algorithms = ["RS512", "ES256", "RS256"];
        for (var world = new KeyWorld(); world.Kids.Count < 500; world.Wait(TimeSpan.FromHours(random.Next(200))))
        {
            world.Tend(algorithms[random.Next(3)], starting: random.Next(4) == 0);
            if (random.Next(3) == 0)
            {
                world.Retire(world.Keys[random.Next(world.Keys.Count)].Kid);
            }

            Assert.Single(world.Keys, key => key.State == SigningKeyState.Current);
            Assert.InRange(world.Keys.Count(key => key.State == SigningKeyState.Next), 1, 2);
        }
    }
}
